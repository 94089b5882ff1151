-- The audit log is chained: each entry's digest covers the entry before it.

-- a keyed digest of what an entry is about, where that lies in a table of its own
alter table audit_log add column content bytea;
-- entries that became visible since the chain was last carried on
create index audit_log_transaction on audit_log (transaction, position);

create table audit_chain (
    number bigint primary key,       -- 1, 2, 3, …: entries in the order of their sealing
    position bigint not null unique, -- of the entry; no reference: what is gone must show
    digest bytea not null,           -- SHA-256 of the digest before and the entry
    sealed_at timestamptz not null
);

-- the digest at some numbers, signed with the key file, which is not in the database
create table audit_seals (
    number bigint primary key,
    mac bytea not null,
    horizon xid8 not null,           -- entries of transactions before it are all in the chain
    sealed_at timestamptz not null
);

create trigger audit_chain_rows_stay before update or delete on audit_chain
    for each row execute function refuse_change_of_audit_log();
create trigger audit_chain_stays before truncate on audit_chain
    for each statement execute function refuse_change_of_audit_log();
create trigger audit_seals_rows_stay before update or delete on audit_seals
    for each row execute function refuse_change_of_audit_log();
create trigger audit_seals_stay before truncate on audit_seals
    for each statement execute function refuse_change_of_audit_log();
