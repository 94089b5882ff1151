-- Contacts come by the ten thousand: what each refers to is checked once for a whole statement.

-- Lists run backwards through these: new rows go to the end of an index and split no pages.
drop index contacts_campaign;
create index contacts_campaign on contacts (campaign_id, created_at, id);
drop index contacts_newest;
create index contacts_newest on contacts (workspace_id, created_at, id);

-- Two look-ups for each row were half of a COPY. Beside what they said, this says that a contact
-- is of its campaign's workspace.
alter table contacts
    drop constraint contacts_workspace_id_fkey,
    drop constraint contacts_campaign_id_fkey;

create function contacts_belong() returns trigger language plpgsql as $$
begin
    perform from campaigns where id in (select campaign_id from fresh) order by id for key share;
    if exists (
        select from (select distinct campaign_id, workspace_id from fresh) f
        where not exists (select from campaigns c
            where c.id = f.campaign_id and c.workspace_id = f.workspace_id)
    ) then
        raise foreign_key_violation using
            message = 'a contact is of no campaign of its workspace', table = 'contacts';
    end if;
    return null;
end $$;
create trigger contacts_belong after insert on contacts
    referencing new table as fresh for each statement execute function contacts_belong();

create function contacts_stay() returns trigger language plpgsql as $$
begin
    raise foreign_key_violation using
        message = 'a contact stays in its campaign', table = 'contacts';
end $$;
create trigger contacts_stay before update of campaign_id, workspace_id on contacts
    for each row execute function contacts_stay();

-- Nobody takes a campaign from under its contacts; who adds some holds its row.
create function campaigns_keep_contacts() returns trigger language plpgsql as $$
begin
    if exists (select from contacts where campaign_id = old.id) then
        raise foreign_key_violation using
            message = 'a campaign has contacts', table = 'campaigns';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger campaigns_keep_contacts before delete or update of id, workspace_id on campaigns
    for each row execute function campaigns_keep_contacts();

-- What names a human agent is an index key, and a handover's target has no such bound of its own.
alter table calls alter column agent_id set expression as (
    left(
        case
            when end_reason = 'transferred' and fallback is not null then fallback ->> 'transfer_to'
            when jsonb_typeof(metadata -> 'agent_id') = 'string' then metadata ->> 'agent_id'
        end,
        255
    )
);
