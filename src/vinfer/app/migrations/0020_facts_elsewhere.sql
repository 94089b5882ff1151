-- Facts of calls that are still to be sent to another database. Only who folds or rebuilds facts
-- appends, one at a time, in the transaction that changes them: so positions become visible in order.
create table call_facts_unsent (
    position bigint generated always as identity primary key,
    workspace_id text not null,
    call_id text not null,
    started_at timestamptz not null
);
