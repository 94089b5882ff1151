-- One durable chain of attempts per webhook and event; order per resource; rotation, replay, log.

alter table webhooks
    drop column attempts,
    drop column retry_at,
    drop column pumping_until,
    add column failures int not null default 0,     -- in a row, of whatever event
    add column failing_since timestamptz,
    add column resume_at timestamptz,               -- no attempt before: breaker, or Retry-After
    add column disabled_reason text check (disabled_reason in ('requested', 'gone', 'exhausted')),
    add column previous_sealed bytea,               -- the secret before the last rotation
    add column previous_until timestamptz,
    add column replay_cursor bigint,                -- events of (replay_cursor, replay_until] are to be sent again
    add column replay_until bigint;
comment on column webhooks.cursor is 'every event up to here is delivered, unwanted, or has a chain';
update webhooks set disabled_reason = 'requested' where status = 'disabled';

create table webhook_chains (
    webhook_id text not null references webhooks,
    lane text not null check (lane in ('live', 'replay')),
    sequence bigint not null,
    workspace_id text not null,
    resource text not null,
    attempts int not null default 0,      -- that failed; from the fourth on the chain holds nobody up
    due_at timestamptz not null,          -- next attempt; of one in flight, when its lease ends
    claim text,                           -- of the attempt in flight
    primary key (webhook_id, lane, sequence)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
create index webhook_chains_due on webhook_chains (webhook_id, lane, due_at);
create index webhook_chains_order on webhook_chains (webhook_id, lane, resource, sequence) where attempts < 4;
create index webhook_chains_flight on webhook_chains (webhook_id) where claim is not null;
create index webhook_chains_owed on webhook_chains (workspace_id, sequence);

alter table deliveries
    add column event text not null default '',
    add column response_sealed bytea;
update deliveries d set event = e.name from events e where e.id = d.event_id;
alter table deliveries alter column event drop default;
drop index deliveries_webhook_id_sequence_idx;

create index events_since on events (workspace_id, created_at);

-- what waited in the slow lane as a job becomes a chain
do $$
begin
    if to_regclass('pgqueuer') is not null then
        insert into webhook_chains
            (webhook_id, lane, sequence, workspace_id, resource, attempts, due_at)
        select w.id, 'live', e.sequence, e.workspace_id, e.resource_type || '/' || e.resource_id,
            (late.payload ->> 'attempt')::int - 1, late.at
        from (
            select convert_from(payload, 'UTF8')::jsonb as payload, execute_after as at
            from pgqueuer where entrypoint = 'webhooks.deliver_slowly' and status <> 'failed'
        ) late
        join webhooks w on w.id = late.payload ->> 'webhook_id'
            and w.status = 'active' and w.deleted_at is null
        join events e on e.workspace_id = w.workspace_id
            and e.sequence = (late.payload ->> 'sequence')::bigint
        on conflict do nothing;
        delete from pgqueuer where entrypoint in
            ('webhooks.dispatch', 'webhooks.deliver', 'webhooks.deliver_slowly');
    end if;
end
$$;
