-- Who changed what. Rows are added by the transaction that makes the change, and never touched again.

create table audit_log (
    position bigint generated always as identity primary key,
    -- rows become visible in another order than their positions: whoever chains them takes
    -- only rows of transactions that are older than every running one
    transaction xid8 not null default pg_current_xact_id(),
    at timestamptz not null default clock_timestamp(),
    workspace_id text,             -- null: the installation; no reference, for the log outlives everything
    actor text not null,           -- a key's id, or operator:<account>
    action text not null,          -- method and route template, or the operator's command
    resource_type text not null,
    resources text[] not null,     -- our ids; phones and the like as keyed digests
    status int,
    request_id text,
    client text,                   -- the address the request came from
    replayed boolean not null      -- a stored answer was given again; nothing was changed
);
create index on audit_log (workspace_id, position desc);

create function refuse_change_of_audit_log() returns trigger language plpgsql as $$
begin
    raise exception 'the audit log is append-only' using errcode = 'insufficient_privilege';
end $$;

create trigger audit_log_rows_stay before update or delete on audit_log
    for each row execute function refuse_change_of_audit_log();
create trigger audit_log_stays before truncate on audit_log
    for each statement execute function refuse_change_of_audit_log();
