-- When the INVITE of an attempt was about to go out; until then it is certain that nothing rang.

alter table calls add column rang_at timestamptz;
update calls set rang_at = started_at where owner is not null;
create index calls_rang on calls (trunk_id, rang_at) where rang_at is not null;
