-- Recordings of calls whose private parts are to be taken out: nobody hears them before.

alter table calls add column recording_withheld boolean not null default false;

update calls set recording_withheld = true
where recording_key is not null and analyze_features ? 'redaction';

do $$
begin
    if to_regclass('pgqueuer') is not null then
        insert into pgqueuer (priority, entrypoint, payload, execute_after, status)
        select 0, 'recordings.silence', convert_to(jsonb_build_object(
            'call_id', k.id, 'key', k.recording_key, 'spans', coalesce((
                select jsonb_agg(jsonb_build_array(span -> 'start', span -> 'end'))
                from jsonb_array_elements(t.result #> '{redaction,audio}') as span), '[]'))::text,
            'UTF8'), now(), 'queued'
        from calls k join transcriptions t on t.call_id = k.id
        where k.recording_withheld and jsonb_typeof(t.result #> '{redaction,audio}') = 'array';
    end if;
end
$$;
