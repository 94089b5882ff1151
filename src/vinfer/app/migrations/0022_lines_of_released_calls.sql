-- Calls whose recording was silenced before their lines were redacted with it: a job for each does so.

do $$
begin
    if to_regclass('pgqueuer') is not null then
        insert into pgqueuer (priority, entrypoint, payload, execute_after, status)
        select 0, 'recordings.redact_lines',
            convert_to(jsonb_build_object('call_id', id)::text, 'UTF8'), now(), 'queued'
        from calls
        where analyze_features ? 'redaction' and erased_at is null
            and recording_key is not null and not recording_withheld;
    end if;
end
$$;
