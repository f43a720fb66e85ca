-- A database of schema 1.9 with the sessions of layout-8.zip. The version that added the schema
-- copied them, and pg_dump --inserts wrote this. The last statement of the final step 1.9, which adds
-- audit_entry.webhook_id, was run by hand.
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.agent (
    agent_id uuid NOT NULL,
    owner text NOT NULL COLLATE pg_catalog."C",
    create_time bigint NOT NULL,
    default_session_ttl bigint,
    display_name text,
    description text
);
CREATE TABLE public.agent_home (
    agent_id uuid NOT NULL,
    owner text NOT NULL COLLATE pg_catalog."C",
    default_session_ttl bigint
);
CREATE TABLE public.api_key (
    key_id uuid NOT NULL,
    secret_hash bytea NOT NULL,
    owner text NOT NULL COLLATE pg_catalog."C",
    agent_id uuid,
    scopes text[] NOT NULL,
    client text,
    create_time bigint NOT NULL,
    expire_time bigint,
    revoke_time bigint,
    last_use_time bigint
);
CREATE TABLE public.audit_entry (
    entry_id uuid NOT NULL,
    act_time bigint NOT NULL,
    action text NOT NULL COLLATE pg_catalog."C",
    identity text NOT NULL,
    actor_key_id uuid,
    address text NOT NULL,
    request_id text NOT NULL,
    transport text NOT NULL,
    face text NOT NULL,
    owner text COLLATE pg_catalog."C",
    agent_id uuid,
    session_id uuid,
    key_id uuid,
    successor_key_id uuid,
    message_sequence bigint,
    webhook_id uuid
);
CREATE TABLE public.message (
    agent_id uuid NOT NULL,
    session_id uuid NOT NULL,
    sequence bigint NOT NULL,
    message_id text NOT NULL COLLATE pg_catalog."C",
    role smallint NOT NULL,
    blocks boolean NOT NULL,
    content bytea NOT NULL,
    run_id text COLLATE pg_catalog."C",
    metadata text NOT NULL,
    create_time bigint NOT NULL,
    delete_time bigint,
    client_time bigint
);
CREATE TABLE public.message_search (
    agent_id uuid NOT NULL,
    session_id uuid NOT NULL,
    sequence bigint NOT NULL,
    user_id text COLLATE pg_catalog."C",
    create_time bigint NOT NULL,
    words tsvector NOT NULL
);
CREATE TABLE public.parley_schema (
    installed_rank integer NOT NULL,
    version character varying(50),
    description character varying(200) NOT NULL,
    type character varying(20) NOT NULL,
    script character varying(1000) NOT NULL,
    checksum integer,
    installed_by character varying(100) NOT NULL,
    installed_on timestamp without time zone DEFAULT now() NOT NULL,
    execution_time integer NOT NULL,
    success boolean NOT NULL
);
CREATE TABLE public.run (
    agent_id uuid NOT NULL,
    session_id uuid NOT NULL,
    run_number bigint NOT NULL,
    run_id text NOT NULL COLLATE pg_catalog."C",
    state smallint NOT NULL,
    model text,
    reasoning text,
    usage text,
    error text,
    details text NOT NULL,
    context_bytes bigint NOT NULL,
    create_time bigint NOT NULL,
    start_time bigint,
    end_time bigint
);
CREATE TABLE public.run_context (
    agent_id uuid NOT NULL,
    session_id uuid NOT NULL,
    run_number bigint NOT NULL,
    "position" integer NOT NULL,
    item text NOT NULL
);
CREATE TABLE public.session (
    agent_id uuid NOT NULL,
    session_id uuid NOT NULL,
    key text NOT NULL COLLATE pg_catalog."C",
    label text,
    user_id text COLLATE pg_catalog."C",
    client text COLLATE pg_catalog."C",
    agent_version text NOT NULL,
    chat_type text,
    last_channel text,
    origin text,
    metadata text NOT NULL,
    create_time bigint NOT NULL,
    update_time bigint NOT NULL,
    head_sequence bigint NOT NULL,
    spoken_count bigint NOT NULL,
    run_count bigint NOT NULL,
    archive_time bigint,
    revision bigint NOT NULL,
    expire_time bigint,
    ttl bigint,
    own_expiry boolean DEFAULT false NOT NULL,
    due_time bigint,
    cleared_sequence bigint DEFAULT 0 NOT NULL,
    deleted_count bigint DEFAULT 0 NOT NULL,
    last_fence bigint DEFAULT 0 NOT NULL,
    leases text,
    lease_due_time bigint
)
WITH (fillfactor='85');
CREATE TABLE public.session_change (
    agent_id uuid NOT NULL,
    change_number bigint NOT NULL,
    session_id uuid NOT NULL,
    kind smallint NOT NULL,
    first_sequence bigint NOT NULL,
    last_sequence bigint NOT NULL,
    run_id text COLLATE pg_catalog."C",
    user_id text COLLATE pg_catalog."C"
);
CREATE SEQUENCE public.session_change_number
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE TABLE public.session_location (
    session_id uuid NOT NULL,
    agent_id uuid NOT NULL
);
CREATE TABLE public.user_agent (
    owner text NOT NULL COLLATE pg_catalog."C",
    user_id text NOT NULL COLLATE pg_catalog."C",
    agent_id uuid NOT NULL,
    session_count bigint NOT NULL
);
CREATE TABLE public.webhook (
    webhook_id uuid NOT NULL,
    owner text NOT NULL COLLATE pg_catalog."C",
    create_time bigint NOT NULL,
    url text NOT NULL,
    agent_id uuid,
    events text[] NOT NULL,
    description text,
    secret text NOT NULL,
    previous_secret text,
    previous_secret_end bigint,
    disabled text,
    position_number bigint NOT NULL,
    position_sequence bigint NOT NULL,
    holder uuid,
    renewals bigint NOT NULL,
    last_success_time bigint,
    failing_since bigint,
    last_error text
);
CREATE TABLE public.webhook_delivery (
    webhook_id uuid NOT NULL,
    position_number bigint NOT NULL,
    position_sequence bigint NOT NULL,
    type text NOT NULL,
    agent_id uuid NOT NULL,
    session_id uuid NOT NULL,
    sequence bigint NOT NULL,
    run_id text COLLATE pg_catalog."C",
    attempts integer NOT NULL,
    fail_time bigint NOT NULL,
    error text NOT NULL
);
INSERT INTO public.agent VALUES ('550e8400-e29b-41d4-a716-446655440000', 'acme', 1796031156083352, NULL, 'Support', NULL);
INSERT INTO public.agent VALUES ('6ba7b810-9dad-41d1-80b4-00c04fd430c8', 'acme', 1796031156417774, NULL, NULL, NULL);
INSERT INTO public.agent_home VALUES ('550e8400-e29b-41d4-a716-446655440000', 'acme', NULL);
INSERT INTO public.agent_home VALUES ('6ba7b810-9dad-41d1-80b4-00c04fd430c8', 'acme', NULL);
INSERT INTO public.audit_entry VALUES ('80f48354-e0e7-4172-af1c-cca050927ca1', 1796031162706077, 'backup.create', 'root', NULL, '127.0.0.1', 'cee9db0c1944', 'grpc', 'parley', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.audit_entry VALUES ('93caf5c0-cf38-4c48-9a9c-5cc053678c6e', 1796031157072016, 'session.archive', 'root', NULL, '127.0.0.1', '42f5d324f589', 'rest', 'parley', 'acme', '550e8400-e29b-41d4-a716-446655440000', '05fd3dd9-0840-47c0-be7f-fd8ea92637f0', NULL, NULL, NULL, NULL);
INSERT INTO public.audit_entry VALUES ('46ee7e89-a540-4c29-b8d5-46eaff86a7c1', 1796031156417830, 'agent.create', 'root', NULL, '127.0.0.1', '7bfd466e6a30', 'rest', 'parley', 'acme', '6ba7b810-9dad-41d1-80b4-00c04fd430c8', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.audit_entry VALUES ('fe9aab7b-d2d3-407e-a3c5-ddb317f77b07', 1796031156083987, 'agent.create', 'root', NULL, '127.0.0.1', 'cf26edaa81a4', 'rest', 'parley', 'acme', '550e8400-e29b-41d4-a716-446655440000', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.message VALUES ('550e8400-e29b-41d4-a716-446655440000', 'ba0679db-8a9a-4cc1-b846-9f26aa15cc03', 1, '1', 0, false, '\x5768657265206973206d79206f726465723f', NULL, '{}', 1796031156759179, NULL, NULL);
INSERT INTO public.message VALUES ('550e8400-e29b-41d4-a716-446655440000', 'ba0679db-8a9a-4cc1-b846-9f26aa15cc03', 2, '2', 1, true, '\x5b7b2274797065223a2274657874222c2274657874223a224f6e20697473207761792e227d5d', NULL, '{}', 1796031156759179, NULL, NULL);
INSERT INTO public.message VALUES ('550e8400-e29b-41d4-a716-446655440000', '05fd3dd9-0840-47c0-be7f-fd8ea92637f0', 1, '1', 0, false, '\x446f6e65', NULL, '{}', 1796031156855857, NULL, NULL);
INSERT INTO public.parley_schema VALUES (1, '1.0', 'store', 'SQL', 'V1.0__store.sql', -1361930692, 'postgres', '2026-11-30 12:44:30.761184', 249, true);
INSERT INTO public.parley_schema VALUES (2, '1.1', 'audit', 'SQL', 'V1.1__audit.sql', -1235934248, 'postgres', '2026-11-30 12:44:31.466676', 34, true);
INSERT INTO public.parley_schema VALUES (3, '1.2', 'expiry', 'SQL', 'V1.2__expiry.sql', 1050091879, 'postgres', '2026-11-30 12:44:31.547887', 6, true);
INSERT INTO public.parley_schema VALUES (4, '1.3', 'deleted messages', 'SQL', 'V1.3__deleted_messages.sql', -1049304441, 'postgres', '2026-11-30 12:44:31.575402', 5, true);
INSERT INTO public.parley_schema VALUES (5, '1.4', 'agent names', 'SQL', 'V1.4__agent_names.sql', -1186387935, 'postgres', '2026-11-30 12:44:31.597298', 8, true);
INSERT INTO public.parley_schema VALUES (6, '1.5', 'client time', 'SQL', 'V1.5__client_time.sql', 1461159131, 'postgres', '2026-11-30 12:44:31.615054', 3, true);
INSERT INTO public.parley_schema VALUES (7, '1.6', 'search', 'SQL', 'V1.6__search.sql', -2031445810, 'postgres', '2026-11-30 12:44:31.627218', 15, true);
INSERT INTO public.parley_schema VALUES (8, '1.7', 'change log', 'SQL', 'V1.7__change_log.sql', -1569158430, 'postgres', '2026-11-30 12:44:31.65423', 24, true);
INSERT INTO public.parley_schema VALUES (9, '1.8', 'run leases', 'SQL', 'V1.8__run_leases.sql', 460387039, 'postgres', '2026-11-30 12:44:31.735786', 11, true);
INSERT INTO public.parley_schema VALUES (10, '1.9', 'webhooks', 'SQL', 'V1.9__webhooks.sql', -298208410, 'postgres', '2026-11-30 12:44:31.764256', 46, true);
INSERT INTO public.session VALUES ('6ba7b810-9dad-41d1-80b4-00c04fd430c8', '16870e77-1149-4638-b8c4-4452754dff45', 'other', NULL, 'ann', NULL, '1.0', NULL, NULL, NULL, '{}', 1796031156730393, 1796031156730393, 0, 0, 0, NULL, 1, NULL, NULL, false, NULL, 0, 0, 0, NULL, NULL);
INSERT INTO public.session VALUES ('550e8400-e29b-41d4-a716-446655440000', 'b237b44b-931b-440b-9ce4-a5e48e745444', 'third', NULL, NULL, NULL, '1.0', NULL, NULL, NULL, '{}', 1796031156676430, 1796031156676430, 0, 0, 0, NULL, 1, NULL, NULL, false, NULL, 0, 0, 0, NULL, NULL);
INSERT INTO public.session VALUES ('550e8400-e29b-41d4-a716-446655440000', 'ba0679db-8a9a-4cc1-b846-9f26aa15cc03', 'first', 'One', 'ann', 'web', '1.0', NULL, NULL, NULL, '{}', 1796031156537120, 1796031156759179, 2, 2, 0, NULL, 1, NULL, NULL, false, NULL, 0, 0, 0, NULL, NULL);
INSERT INTO public.session VALUES ('550e8400-e29b-41d4-a716-446655440000', 'bbedba01-005f-439e-8bae-9b3818bbb696', 'second', NULL, 'bob', 'web', '1.0', NULL, NULL, NULL, '{}', 1796031156597063, 1796031156597063, 0, 0, 0, NULL, 1, NULL, NULL, false, NULL, 0, 0, 0, NULL, NULL);
INSERT INTO public.session VALUES ('550e8400-e29b-41d4-a716-446655440000', '05fd3dd9-0840-47c0-be7f-fd8ea92637f0', 'old', NULL, 'ann', NULL, '1.0', NULL, NULL, NULL, '{}', 1796031156709086, 1796031156855857, 1, 1, 0, 1796031157071458, 2, NULL, NULL, false, NULL, 0, 0, 0, NULL, NULL);
INSERT INTO public.session_location VALUES ('16870e77-1149-4638-b8c4-4452754dff45', '6ba7b810-9dad-41d1-80b4-00c04fd430c8');
INSERT INTO public.session_location VALUES ('b237b44b-931b-440b-9ce4-a5e48e745444', '550e8400-e29b-41d4-a716-446655440000');
INSERT INTO public.session_location VALUES ('ba0679db-8a9a-4cc1-b846-9f26aa15cc03', '550e8400-e29b-41d4-a716-446655440000');
INSERT INTO public.session_location VALUES ('bbedba01-005f-439e-8bae-9b3818bbb696', '550e8400-e29b-41d4-a716-446655440000');
INSERT INTO public.session_location VALUES ('05fd3dd9-0840-47c0-be7f-fd8ea92637f0', '550e8400-e29b-41d4-a716-446655440000');
INSERT INTO public.user_agent VALUES ('acme', 'ann', '6ba7b810-9dad-41d1-80b4-00c04fd430c8', 1);
INSERT INTO public.user_agent VALUES ('acme', 'ann', '550e8400-e29b-41d4-a716-446655440000', 2);
INSERT INTO public.user_agent VALUES ('acme', 'bob', '550e8400-e29b-41d4-a716-446655440000', 1);
SELECT pg_catalog.setval('public.session_change_number', 1796042671712877, true);
ALTER TABLE ONLY public.agent_home
    ADD CONSTRAINT agent_home_pkey PRIMARY KEY (agent_id);
ALTER TABLE ONLY public.agent
    ADD CONSTRAINT agent_pkey PRIMARY KEY (agent_id);
ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_pkey PRIMARY KEY (key_id);
ALTER TABLE ONLY public.audit_entry
    ADD CONSTRAINT audit_entry_pkey PRIMARY KEY (entry_id);
ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_pkey PRIMARY KEY (agent_id, session_id, sequence);
ALTER TABLE ONLY public.message_search
    ADD CONSTRAINT message_search_pkey PRIMARY KEY (agent_id, session_id, sequence);
ALTER TABLE ONLY public.parley_schema
    ADD CONSTRAINT parley_schema_pk PRIMARY KEY (installed_rank);
ALTER TABLE ONLY public.run_context
    ADD CONSTRAINT run_context_pkey PRIMARY KEY (agent_id, session_id, run_number, "position");
ALTER TABLE ONLY public.run
    ADD CONSTRAINT run_pkey PRIMARY KEY (agent_id, session_id, run_number);
ALTER TABLE ONLY public.session_change
    ADD CONSTRAINT session_change_pkey PRIMARY KEY (agent_id, change_number);
ALTER TABLE ONLY public.session_location
    ADD CONSTRAINT session_location_pkey PRIMARY KEY (session_id);
ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (agent_id, session_id);
ALTER TABLE ONLY public.user_agent
    ADD CONSTRAINT user_agent_pkey PRIMARY KEY (owner, user_id, agent_id);
ALTER TABLE ONLY public.webhook_delivery
    ADD CONSTRAINT webhook_delivery_pkey PRIMARY KEY (webhook_id, position_number, position_sequence);
ALTER TABLE ONLY public.webhook
    ADD CONSTRAINT webhook_pkey PRIMARY KEY (webhook_id);
CREATE INDEX agent_of_owner ON public.agent USING btree (owner, agent_id);
CREATE UNIQUE INDEX api_key_by_secret ON public.api_key USING btree (secret_hash);
CREATE INDEX api_key_of_agent ON public.api_key USING btree (agent_id) WHERE (agent_id IS NOT NULL);
CREATE INDEX api_key_of_owner ON public.api_key USING btree (owner, key_id);
CREATE INDEX audit_entry_recency ON public.audit_entry USING btree (act_time DESC, entry_id);
CREATE INDEX audit_entry_recency_of_agent ON public.audit_entry USING btree (agent_id, act_time DESC, entry_id) WHERE (agent_id IS NOT NULL);
CREATE INDEX audit_entry_recency_of_owner ON public.audit_entry USING btree (owner, act_time DESC, entry_id) WHERE (owner IS NOT NULL);
CREATE UNIQUE INDEX message_by_id ON public.message USING btree (agent_id, session_id, message_id);
CREATE INDEX message_of_run ON public.message USING btree (agent_id, session_id, run_id, sequence) WHERE (run_id IS NOT NULL);
CREATE INDEX message_search_words ON public.message_search USING gin (words);
CREATE INDEX parley_schema_s_idx ON public.parley_schema USING btree (success);
CREATE UNIQUE INDEX run_by_id ON public.run USING btree (agent_id, session_id, run_id);
CREATE INDEX session_archives ON public.session USING btree (agent_id, archive_time DESC, session_id) WHERE (archive_time IS NOT NULL);
CREATE UNIQUE INDEX session_by_key ON public.session USING btree (agent_id, key) WHERE (archive_time IS NULL);
CREATE INDEX session_due ON public.session USING btree (due_time, session_id) WHERE (due_time IS NOT NULL);
CREATE INDEX session_lease_due ON public.session USING btree (lease_due_time, session_id) WHERE ((lease_due_time IS NOT NULL) AND (archive_time IS NULL));
CREATE INDEX session_location_of_agent ON public.session_location USING btree (agent_id);
CREATE INDEX session_recency ON public.session USING btree (agent_id, update_time DESC, session_id) WHERE (archive_time IS NULL);
CREATE INDEX session_recency_of_client ON public.session USING btree (agent_id, client, update_time DESC, session_id) WHERE ((archive_time IS NULL) AND (client IS NOT NULL));
CREATE INDEX session_recency_of_user ON public.session USING btree (agent_id, user_id, update_time DESC, session_id) WHERE ((archive_time IS NULL) AND (user_id IS NOT NULL));
CREATE INDEX session_recency_of_user_and_client ON public.session USING btree (agent_id, user_id, client, update_time DESC, session_id) WHERE ((archive_time IS NULL) AND (user_id IS NOT NULL) AND (client IS NOT NULL));
CREATE INDEX user_agent_of_agent ON public.user_agent USING btree (agent_id);
