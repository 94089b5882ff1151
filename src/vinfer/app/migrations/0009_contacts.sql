-- Long lists with exact totals, people as they are known by phone, and what is left of the erased.

-- Counts of rows by what lists filter on. Writers only append, so that none waits for another; a
-- worker folds what was appended into one row for each combination. A total is always the sum.
create table counts (
    topic text not null check (topic in ('calls', 'contacts', 'dnc')),
    workspace_id text not null,
    campaign_id text,
    day date,  -- of calls: the day in UTC on which they started
    status text,
    disposition text,
    language text,
    n bigint not null,
    folded boolean not null default false
);
create index counts_workspace on counts (workspace_id, topic, day);
create index counts_campaign on counts (campaign_id, topic) where campaign_id is not null;
create index counts_fresh on counts (topic) where not folded;
create index counts_empty on counts (topic) where folded and n = 0;
create unique index counts_folded
    on counts (topic, workspace_id, campaign_id, day, status, disposition, language)
    nulls not distinct where folded;

-- a one-off call or a handover names the human agent; analytics and lists filter by it
alter table calls
    alter column phone drop not null,  -- an erased call has none
    add column erased_at timestamptz,
    add column agent_id text generated always as (
        case
            when end_reason = 'transferred' and fallback is not null then fallback ->> 'transfer_to'
            when jsonb_typeof(metadata -> 'agent_id') = 'string' then metadata ->> 'agent_id'
        end
    ) stored;
create index calls_contact on calls (contact_id) where contact_id is not null;
create index calls_status on calls (workspace_id, status, started_at desc, id desc)
    where erased_at is null;
create index calls_disposition on calls (workspace_id, disposition, started_at desc, id desc)
    where erased_at is null;
create index calls_language on calls (workspace_id, language, started_at desc, id desc)
    where erased_at is null;
create index calls_agent on calls (workspace_id, agent_id, started_at desc, id desc)
    where erased_at is null and agent_id is not null;
create index calls_campaign_disposition on calls (campaign_id, disposition, started_at desc, id desc)
    where erased_at is null;

create index campaigns_status on campaigns (workspace_id, status, created_at desc, id desc);

alter table contacts alter column phone drop not null;  -- an erased person's
drop index contacts_campaign;
create index contacts_campaign on contacts (campaign_id, created_at desc, id desc);
create index contacts_newest on contacts (workspace_id, created_at desc, id desc);
create index contacts_busy on contacts (campaign_id) where status = 'in_progress';
create index contacts_skipped on contacts (campaign_id) where status = 'skipped';

-- entries of an upload that is still being read; only its own transaction ever sees them
create unlogged table dnc_staged (
    upload text not null,
    phone text not null,
    reason text not null
);
create index dnc_staged_upload on dnc_staged (upload, phone);
create index dnc_newest on dnc (workspace_id, created_at desc, phone desc);

-- numbers that must never be dialled and that nobody may read any more: HMAC-SHA256 under the seal
create table dnc_erased (
    workspace_id text not null references workspaces,
    digest bytea not null,
    reason text not null,
    created_at timestamptz not null,
    primary key (workspace_id, digest)
);

-- what was set for a person by hand, `name` among it; null takes a value away
create table people (
    workspace_id text not null references workspaces,
    phone text not null,
    given jsonb not null,
    updated_at timestamptz not null,
    primary key (workspace_id, phone)
);

-- the resource that a stored answer is about, so that erasing it reaches the answer
alter table idempotency add column subject text;
create index idempotency_subject on idempotency (subject) where subject is not null;
create index events_resource on events (resource_id);
create index deliveries_answered on deliveries (event_id) where response_sealed is not null;

create function count_calls() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into counts (topic, workspace_id, campaign_id, day, status, disposition, language, n)
        select 'calls', workspace_id, campaign_id, (started_at at time zone 'UTC')::date, status,
            disposition, language, count(*)
        from fresh where erased_at is null group by 2, 3, 4, 5, 6, 7;
    elsif tg_op = 'DELETE' then
        insert into counts (topic, workspace_id, campaign_id, day, status, disposition, language, n)
        select 'calls', workspace_id, campaign_id, (started_at at time zone 'UTC')::date, status,
            disposition, language, -count(*)
        from stale where erased_at is null group by 2, 3, 4, 5, 6, 7;
    else
        insert into counts (topic, workspace_id, campaign_id, day, status, disposition, language, n)
        select 'calls', workspace_id, campaign_id, (started_at at time zone 'UTC')::date, status,
            disposition, language, sum(n)
        from (
            select workspace_id, campaign_id, started_at, status, disposition, language, 1 as n
            from fresh where erased_at is null
            union all
            select workspace_id, campaign_id, started_at, status, disposition, language, -1
            from stale where erased_at is null
        ) as changed
        group by 2, 3, 4, 5, 6, 7 having sum(n) <> 0;
    end if;
    return null;
end $$;
create trigger calls_counted_in after insert on calls
    referencing new table as fresh for each statement execute function count_calls();
create trigger calls_counted_out after delete on calls
    referencing old table as stale for each statement execute function count_calls();
create trigger calls_counted_anew after update on calls
    referencing new table as fresh old table as stale
    for each statement execute function count_calls();

create function count_contacts() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into counts (topic, workspace_id, campaign_id, status, disposition, n)
        select 'contacts', workspace_id, campaign_id, status, disposition, count(*)
        from fresh group by 2, 3, 4, 5;
    elsif tg_op = 'DELETE' then
        insert into counts (topic, workspace_id, campaign_id, status, disposition, n)
        select 'contacts', workspace_id, campaign_id, status, disposition, -count(*)
        from stale group by 2, 3, 4, 5;
    else
        insert into counts (topic, workspace_id, campaign_id, status, disposition, n)
        select 'contacts', workspace_id, campaign_id, status, disposition, sum(n)
        from (
            select workspace_id, campaign_id, status, disposition, 1 as n from fresh
            union all
            select workspace_id, campaign_id, status, disposition, -1 from stale
        ) as changed
        group by 2, 3, 4, 5 having sum(n) <> 0;
    end if;
    return null;
end $$;
create trigger contacts_counted_in after insert on contacts
    referencing new table as fresh for each statement execute function count_contacts();
create trigger contacts_counted_out after delete on contacts
    referencing old table as stale for each statement execute function count_contacts();
create trigger contacts_counted_anew after update on contacts
    referencing new table as fresh old table as stale
    for each statement execute function count_contacts();

create function count_dnc() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into counts (topic, workspace_id, n)
        select 'dnc', workspace_id, count(*) from fresh group by 2;
    else
        insert into counts (topic, workspace_id, n)
        select 'dnc', workspace_id, -count(*) from stale group by 2;
    end if;
    return null;
end $$;
create trigger dnc_counted_in after insert on dnc
    referencing new table as fresh for each statement execute function count_dnc();
create trigger dnc_counted_out after delete on dnc
    referencing old table as stale for each statement execute function count_dnc();

insert into counts
select 'calls', workspace_id, campaign_id, (started_at at time zone 'UTC')::date, status,
    disposition, language, count(*), true
from calls group by 2, 3, 4, 5, 6, 7;
insert into counts (topic, workspace_id, campaign_id, status, disposition, n, folded)
select 'contacts', workspace_id, campaign_id, status, disposition, count(*), true
from contacts group by 2, 3, 4, 5;
insert into counts (topic, workspace_id, n, folded)
select 'dnc', workspace_id, count(*), true from dnc group by 2;
