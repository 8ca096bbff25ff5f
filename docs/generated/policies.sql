CREATE SCHEMA IF NOT EXISTS waymark;
GRANT USAGE ON SCHEMA waymark TO waymark_app, waymark_worker;

CREATE OR REPLACE FUNCTION waymark.told(name text) RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE value text := current_setting('waymark.' || name, true);
BEGIN
    -- After one SET LOCAL the setting is '' and not NULL; both mean that nobody acts. An empty answer would
    -- look like success, so this raises.
    IF value IS NULL OR value = '' THEN
        RAISE EXCEPTION 'nobody is acting' USING ERRCODE = '42501';
    END IF;
    RETURN value;
END $$;

CREATE OR REPLACE FUNCTION waymark.user_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT waymark.told('user')::uuid $$;

CREATE OR REPLACE FUNCTION waymark.principal_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT waymark.told('principal')::uuid $$;

CREATE OR REPLACE FUNCTION waymark.organisation_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT waymark.told('organisation')::uuid $$;

CREATE OR REPLACE FUNCTION waymark.team_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT waymark.told('team')::uuid $$;

CREATE OR REPLACE FUNCTION waymark.may(verb text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT position(',' || verb || ',' IN waymark.told('permissions')) > 0 $$;

GRANT SELECT ON django_migrations TO waymark_app, waymark_worker;

-- account_emailaddress: staff accounts; read at sign-in before anybody acts
GRANT SELECT, INSERT, UPDATE, DELETE ON account_emailaddress TO waymark_app, waymark_worker;
-- account_emailconfirmation: staff accounts; read at sign-in before anybody acts
GRANT SELECT, INSERT, UPDATE, DELETE ON account_emailconfirmation TO waymark_app, waymark_worker;
-- auth_group: unused table of django.contrib.auth
GRANT SELECT, INSERT, UPDATE, DELETE ON auth_group TO waymark_app, waymark_worker;
-- auth_group_permissions: unused table of django.contrib.auth
GRANT SELECT, INSERT, UPDATE, DELETE ON auth_group_permissions TO waymark_app, waymark_worker;
-- auth_permission: unused table of django.contrib.auth
GRANT SELECT, INSERT, UPDATE, DELETE ON auth_permission TO waymark_app, waymark_worker;
-- core_cache: rate limits; holds no record
GRANT SELECT, INSERT, UPDATE, DELETE ON core_cache TO waymark_app, waymark_worker;
-- core_heartbeat: When a process gave its last sign of life; it holds no record.
GRANT SELECT, INSERT, UPDATE, DELETE ON core_heartbeat TO waymark_app, waymark_worker;
-- core_user: Signing in reads it before anybody acts; it holds staff accounts, no client.
GRANT SELECT, INSERT, UPDATE, DELETE ON core_user TO waymark_app, waymark_worker;
-- django_content_type: names of models
GRANT SELECT, INSERT, UPDATE, DELETE ON django_content_type TO waymark_app, waymark_worker;
-- django_session: random keys, encrypted facts of signing in; read before anybody acts
GRANT SELECT, INSERT, UPDATE, DELETE ON django_session TO waymark_app, waymark_worker;
-- mfa_authenticator: second factors, encrypted; read at sign-in before anybody acts
GRANT SELECT, INSERT, UPDATE, DELETE ON mfa_authenticator TO waymark_app, waymark_worker;
-- notifications_mailboxmessage: Messages of the demonstration; they hold no personal data.
GRANT SELECT, INSERT, UPDATE, DELETE ON notifications_mailboxmessage TO waymark_app, waymark_worker;
-- partners_address: The public directory; a confidential location has no address here (the importer refuses one).
GRANT SELECT, INSERT, UPDATE, DELETE ON partners_address TO waymark_app, waymark_worker;
-- partners_area: Public reference data: oblasts and districts.
GRANT SELECT, INSERT, UPDATE, DELETE ON partners_area TO waymark_app, waymark_worker;
-- partners_attribute: The public directory (field class 0).
GRANT SELECT, INSERT, UPDATE, DELETE ON partners_attribute TO waymark_app, waymark_worker;
-- partners_capacity: Numbers of places; the gravest harm is a wrong number, and doors guard it.
GRANT SELECT, INSERT, UPDATE, DELETE ON partners_capacity TO waymark_app, waymark_worker;
-- partners_metadata: The public directory (field class 0).
GRANT SELECT, INSERT, UPDATE, DELETE ON partners_metadata TO waymark_app, waymark_worker;
-- partners_organisation: The public directory (field class 0).
GRANT SELECT, INSERT, UPDATE, DELETE ON partners_organisation TO waymark_app, waymark_worker;
-- partners_phone: The public directory (field class 0).
GRANT SELECT, INSERT, UPDATE, DELETE ON partners_phone TO waymark_app, waymark_worker;
-- partners_requireddocument: The public directory (field class 0).
GRANT SELECT, INSERT, UPDATE, DELETE ON partners_requireddocument TO waymark_app, waymark_worker;
-- partners_schedule: The public directory (field class 0).
GRANT SELECT, INSERT, UPDATE, DELETE ON partners_schedule TO waymark_app, waymark_worker;
-- partners_service: The public directory (field class 0).
GRANT SELECT, INSERT, UPDATE, DELETE ON partners_service TO waymark_app, waymark_worker;
-- partners_servicearea: The public directory (field class 0).
GRANT SELECT, INSERT, UPDATE, DELETE ON partners_servicearea TO waymark_app, waymark_worker;
-- partners_serviceatlocation: The public directory (field class 0).
GRANT SELECT, INSERT, UPDATE, DELETE ON partners_serviceatlocation TO waymark_app, waymark_worker;
-- partners_taxonomy: The public directory (field class 0).
GRANT SELECT, INSERT, UPDATE, DELETE ON partners_taxonomy TO waymark_app, waymark_worker;
-- partners_taxonomyterm: The public directory (field class 0).
GRANT SELECT, INSERT, UPDATE, DELETE ON partners_taxonomyterm TO waymark_app, waymark_worker;
-- partners_team: Names of teams; no client data.
GRANT SELECT, INSERT, UPDATE, DELETE ON partners_team TO waymark_app, waymark_worker;

-- Asked by the policy of the packet only, for rows whose grant is open already; it says yes or no about a state.
CREATE OR REPLACE FUNCTION waymark.accepted(referral uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$ SELECT EXISTS (SELECT FROM public.referral_referral r WHERE r.id = referral AND r.state IN ('accepted', 'completed', 'in_progress', 'not_completed', 'on_hold')) $$;
REVOKE ALL ON FUNCTION waymark.accepted(uuid) FROM public;
GRANT EXECUTE ON FUNCTION waymark.accepted(uuid) TO waymark_app, waymark_worker;

-- cases.Absence
ALTER TABLE cases_absence ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_absence FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_absence;
CREATE POLICY owner ON cases_absence FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_absence;
CREATE POLICY worker ON cases_absence FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_absence;
CREATE POLICY app_select ON cases_absence FOR SELECT TO waymark_app
    USING ("cases_absence"."organisation_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_insert ON cases_absence;
CREATE POLICY app_insert ON cases_absence FOR INSERT TO waymark_app
    WITH CHECK (("cases_absence"."organisation_id" = (SELECT waymark.organisation_id()) AND ("cases_absence"."member_id" = (SELECT waymark.principal_id()) OR (SELECT waymark.may('absence.set_for_others')))));
DROP POLICY IF EXISTS app_update ON cases_absence;
CREATE POLICY app_update ON cases_absence FOR UPDATE TO waymark_app
    USING (("cases_absence"."organisation_id" = (SELECT waymark.organisation_id()) AND ("cases_absence"."member_id" = (SELECT waymark.principal_id()) OR (SELECT waymark.may('absence.set_for_others'))))) WITH CHECK (("cases_absence"."organisation_id" = (SELECT waymark.organisation_id()) AND ("cases_absence"."member_id" = (SELECT waymark.principal_id()) OR (SELECT waymark.may('absence.set_for_others')))));
DROP POLICY IF EXISTS app_delete ON cases_absence;
REVOKE ALL ON cases_absence FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_absence TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_absence TO waymark_worker;

-- cases.AnswerIndex
ALTER TABLE cases_answerindex ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_answerindex FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_answerindex;
CREATE POLICY owner ON cases_answerindex FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_answerindex;
CREATE POLICY worker ON cases_answerindex FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_answerindex;
CREATE POLICY app_select ON cases_answerindex FOR SELECT TO waymark_app
    USING (("cases_answerindex"."organisation_id" = (SELECT waymark.organisation_id()) AND (("cases_answerindex"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_answerindex"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_answerindex"."person_id")) LIMIT 1 OFFSET 0) IS TRUE))) OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_answerindex"."case_id")) LIMIT 1 OFFSET 0) IS TRUE)) AND ("cases_answerindex"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_answerindex"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE) AND V0."person_id" = ("cases_answerindex"."person_id")) LIMIT 1 OFFSET 0) IS TRUE) OR "cases_answerindex"."answered_by_id" = (SELECT waymark.principal_id()))));
DROP POLICY IF EXISTS app_insert ON cases_answerindex;
CREATE POLICY app_insert ON cases_answerindex FOR INSERT TO waymark_app
    WITH CHECK ("cases_answerindex"."organisation_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_update ON cases_answerindex;
DROP POLICY IF EXISTS app_delete ON cases_answerindex;
CREATE POLICY app_delete ON cases_answerindex FOR DELETE TO waymark_app
    USING (("cases_answerindex"."organisation_id" = (SELECT waymark.organisation_id()) AND (("cases_answerindex"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_answerindex"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_answerindex"."person_id")) LIMIT 1 OFFSET 0) IS TRUE))) OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_answerindex"."case_id")) LIMIT 1 OFFSET 0) IS TRUE)) AND ("cases_answerindex"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_answerindex"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE) AND V0."person_id" = ("cases_answerindex"."person_id")) LIMIT 1 OFFSET 0) IS TRUE) OR "cases_answerindex"."answered_by_id" = (SELECT waymark.principal_id()))));
REVOKE ALL ON cases_answerindex FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, DELETE ON cases_answerindex TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_answerindex TO waymark_worker;

-- cases.Answers
ALTER TABLE cases_answers ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_answers FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_answers;
CREATE POLICY owner ON cases_answers FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_answers;
CREATE POLICY worker ON cases_answers FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_answers;
CREATE POLICY app_select ON cases_answers FOR SELECT TO waymark_app
    USING (("cases_answers"."organisation_id" = (SELECT waymark.organisation_id()) AND (("cases_answers"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_answers"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_answers"."person_id")) LIMIT 1 OFFSET 0) IS TRUE))) OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_answers"."case_id")) LIMIT 1 OFFSET 0) IS TRUE)) AND ("cases_answers"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_answers"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE) AND V0."person_id" = ("cases_answers"."person_id")) LIMIT 1 OFFSET 0) IS TRUE) OR "cases_answers"."answered_by_id" = (SELECT waymark.principal_id()))));
DROP POLICY IF EXISTS app_insert ON cases_answers;
CREATE POLICY app_insert ON cases_answers FOR INSERT TO waymark_app
    WITH CHECK ("cases_answers"."organisation_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_update ON cases_answers;
CREATE POLICY app_update ON cases_answers FOR UPDATE TO waymark_app
    USING (("cases_answers"."organisation_id" = (SELECT waymark.organisation_id()) AND (("cases_answers"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_answers"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_answers"."person_id")) LIMIT 1 OFFSET 0) IS TRUE))) OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_answers"."case_id")) LIMIT 1 OFFSET 0) IS TRUE)) AND ("cases_answers"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_answers"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE) AND V0."person_id" = ("cases_answers"."person_id")) LIMIT 1 OFFSET 0) IS TRUE) OR "cases_answers"."answered_by_id" = (SELECT waymark.principal_id())))) WITH CHECK (("cases_answers"."organisation_id" = (SELECT waymark.organisation_id()) AND (("cases_answers"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_answers"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_answers"."person_id")) LIMIT 1 OFFSET 0) IS TRUE))) OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_answers"."case_id")) LIMIT 1 OFFSET 0) IS TRUE)) AND ("cases_answers"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_answers"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE) AND V0."person_id" = ("cases_answers"."person_id")) LIMIT 1 OFFSET 0) IS TRUE) OR "cases_answers"."answered_by_id" = (SELECT waymark.principal_id()))));
DROP POLICY IF EXISTS app_delete ON cases_answers;
CREATE POLICY app_delete ON cases_answers FOR DELETE TO waymark_app
    USING (("cases_answers"."organisation_id" = (SELECT waymark.organisation_id()) AND (("cases_answers"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_answers"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_answers"."person_id")) LIMIT 1 OFFSET 0) IS TRUE))) OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_answers"."case_id")) LIMIT 1 OFFSET 0) IS TRUE)) AND ("cases_answers"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_answers"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE) AND V0."person_id" = ("cases_answers"."person_id")) LIMIT 1 OFFSET 0) IS TRUE) OR "cases_answers"."answered_by_id" = (SELECT waymark.principal_id()))));
REVOKE ALL ON cases_answers FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_answers TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_answers TO waymark_worker;

-- cases.Appointment
ALTER TABLE cases_appointment ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_appointment FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_appointment;
CREATE POLICY owner ON cases_appointment FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_appointment;
CREATE POLICY worker ON cases_appointment FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_appointment;
CREATE POLICY app_select ON cases_appointment FOR SELECT TO waymark_app
    USING (("cases_appointment"."organisation_id" = (SELECT waymark.organisation_id()) AND ("cases_appointment"."member_id" = (SELECT waymark.principal_id()) OR ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_appointment"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("cases_appointment"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_appointment"."case_id")) LIMIT 1 OFFSET 0) IS TRUE))))));
DROP POLICY IF EXISTS app_insert ON cases_appointment;
CREATE POLICY app_insert ON cases_appointment FOR INSERT TO waymark_app
    WITH CHECK (("cases_appointment"."organisation_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_appointment"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("cases_appointment"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_appointment"."case_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_update ON cases_appointment;
CREATE POLICY app_update ON cases_appointment FOR UPDATE TO waymark_app
    USING (("cases_appointment"."organisation_id" = (SELECT waymark.organisation_id()) AND ("cases_appointment"."member_id" = (SELECT waymark.principal_id()) OR ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_appointment"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("cases_appointment"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_appointment"."case_id")) LIMIT 1 OFFSET 0) IS TRUE)))))) WITH CHECK (("cases_appointment"."organisation_id" = (SELECT waymark.organisation_id()) AND ("cases_appointment"."member_id" = (SELECT waymark.principal_id()) OR ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_appointment"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("cases_appointment"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_appointment"."case_id")) LIMIT 1 OFFSET 0) IS TRUE))))));
DROP POLICY IF EXISTS app_delete ON cases_appointment;
REVOKE ALL ON cases_appointment FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_appointment TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_appointment TO waymark_worker;

-- cases.Approval
ALTER TABLE cases_approval ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_approval FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_approval;
CREATE POLICY owner ON cases_approval FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_approval;
CREATE POLICY worker ON cases_approval FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_approval;
CREATE POLICY app_select ON cases_approval FOR SELECT TO waymark_app
    USING (("cases_approval"."organisation_id" = (SELECT waymark.organisation_id()) AND ("cases_approval"."asked_by_id" = (SELECT waymark.principal_id()) OR (SELECT waymark.may('approval.decide')) OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_approval"."case_id")) LIMIT 1 OFFSET 0) IS TRUE)) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_approval"."case_id")) LIMIT 1 OFFSET 0) IS TRUE)));
DROP POLICY IF EXISTS app_insert ON cases_approval;
CREATE POLICY app_insert ON cases_approval FOR INSERT TO waymark_app
    WITH CHECK (("cases_approval"."organisation_id" = (SELECT waymark.organisation_id()) AND ("cases_approval"."asked_by_id" = (SELECT waymark.principal_id()) OR "cases_approval"."asked_by_id" IS NULL)));
DROP POLICY IF EXISTS app_update ON cases_approval;
CREATE POLICY app_update ON cases_approval FOR UPDATE TO waymark_app
    USING (("cases_approval"."organisation_id" = (SELECT waymark.organisation_id()) AND ("cases_approval"."asked_by_id" = (SELECT waymark.principal_id()) OR (SELECT waymark.may('approval.decide')) OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_approval"."case_id")) LIMIT 1 OFFSET 0) IS TRUE)) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_approval"."case_id")) LIMIT 1 OFFSET 0) IS TRUE))) WITH CHECK (("cases_approval"."organisation_id" = (SELECT waymark.organisation_id()) AND ("cases_approval"."asked_by_id" = (SELECT waymark.principal_id()) OR (SELECT waymark.may('approval.decide')) OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_approval"."case_id")) LIMIT 1 OFFSET 0) IS TRUE)) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_approval"."case_id")) LIMIT 1 OFFSET 0) IS TRUE)));
DROP POLICY IF EXISTS app_delete ON cases_approval;
REVOKE ALL ON cases_approval FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_approval TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_approval TO waymark_worker;

-- cases.Assessment
ALTER TABLE cases_assessment ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_assessment FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_assessment;
CREATE POLICY owner ON cases_assessment FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_assessment;
CREATE POLICY worker ON cases_assessment FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_assessment;
CREATE POLICY app_select ON cases_assessment FOR SELECT TO waymark_app
    USING ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_assessment"."case_id")) LIMIT 1 OFFSET 0) IS TRUE));
DROP POLICY IF EXISTS app_insert ON cases_assessment;
CREATE POLICY app_insert ON cases_assessment FOR INSERT TO waymark_app
    WITH CHECK (("cases_assessment"."organisation_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_assessment"."case_id")) LIMIT 1 OFFSET 0) IS TRUE)));
DROP POLICY IF EXISTS app_update ON cases_assessment;
CREATE POLICY app_update ON cases_assessment FOR UPDATE TO waymark_app
    USING ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_assessment"."case_id")) LIMIT 1 OFFSET 0) IS TRUE)) WITH CHECK ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_assessment"."case_id")) LIMIT 1 OFFSET 0) IS TRUE));
DROP POLICY IF EXISTS app_delete ON cases_assessment;
REVOKE ALL ON cases_assessment FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_assessment TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_assessment TO waymark_worker;

-- cases.BestInterests
ALTER TABLE cases_bestinterests ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_bestinterests FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_bestinterests;
CREATE POLICY owner ON cases_bestinterests FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_bestinterests;
CREATE POLICY worker ON cases_bestinterests FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_bestinterests;
CREATE POLICY app_select ON cases_bestinterests FOR SELECT TO waymark_app
    USING (("cases_bestinterests"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_bestinterests"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_bestinterests"."person_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_insert ON cases_bestinterests;
CREATE POLICY app_insert ON cases_bestinterests FOR INSERT TO waymark_app
    WITH CHECK ("cases_bestinterests"."organisation_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_update ON cases_bestinterests;
CREATE POLICY app_update ON cases_bestinterests FOR UPDATE TO waymark_app
    USING (("cases_bestinterests"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_bestinterests"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_bestinterests"."person_id")) LIMIT 1 OFFSET 0) IS TRUE)))) WITH CHECK (("cases_bestinterests"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_bestinterests"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_bestinterests"."person_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_delete ON cases_bestinterests;
REVOKE ALL ON cases_bestinterests FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_bestinterests TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_bestinterests TO waymark_worker;

-- cases.CallEntry
ALTER TABLE cases_callentry ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_callentry FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_callentry;
CREATE POLICY owner ON cases_callentry FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_callentry;
CREATE POLICY worker ON cases_callentry FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_callentry;
CREATE POLICY app_select ON cases_callentry FOR SELECT TO waymark_app
    USING ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_callentry"."case_id")) LIMIT 1 OFFSET 0) IS TRUE));
DROP POLICY IF EXISTS app_insert ON cases_callentry;
CREATE POLICY app_insert ON cases_callentry FOR INSERT TO waymark_app
    WITH CHECK ("cases_callentry"."organisation_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_update ON cases_callentry;
DROP POLICY IF EXISTS app_delete ON cases_callentry;
REVOKE ALL ON cases_callentry FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT ON cases_callentry TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_callentry TO waymark_worker;

-- cases.Case
ALTER TABLE cases_case ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_case FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_case;
CREATE POLICY owner ON cases_case FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_case;
CREATE POLICY worker ON cases_case FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_case;
CREATE POLICY app_select ON cases_case FOR SELECT TO waymark_app
    USING (("cases_case"."organisation_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_case"."id")) LIMIT 1 OFFSET 0) IS TRUE)));
DROP POLICY IF EXISTS app_insert ON cases_case;
CREATE POLICY app_insert ON cases_case FOR INSERT TO waymark_app
    WITH CHECK ("cases_case"."organisation_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_update ON cases_case;
CREATE POLICY app_update ON cases_case FOR UPDATE TO waymark_app
    USING (("cases_case"."organisation_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_case"."id")) LIMIT 1 OFFSET 0) IS TRUE))) WITH CHECK (("cases_case"."organisation_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_case"."id")) LIMIT 1 OFFSET 0) IS TRUE)));
DROP POLICY IF EXISTS app_delete ON cases_case;
REVOKE ALL ON cases_case FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_case TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_case TO waymark_worker;

-- cases.CaseTransfer
ALTER TABLE cases_casetransfer ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_casetransfer FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_casetransfer;
CREATE POLICY owner ON cases_casetransfer FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_casetransfer;
CREATE POLICY worker ON cases_casetransfer FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_casetransfer;
CREATE POLICY app_select ON cases_casetransfer FOR SELECT TO waymark_app
    USING ((("cases_casetransfer"."from_organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_casetransfer"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) OR "cases_casetransfer"."asked_by_id" = (SELECT waymark.principal_id()) OR "cases_casetransfer"."approved_by_id" = (SELECT waymark.principal_id()) OR ("cases_casetransfer"."decided_at" IS NOT NULL AND (SELECT waymark.may('rights.decide'))))) OR ("cases_casetransfer"."approved_at" IS NOT NULL AND "cases_casetransfer"."to_organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('transfer.answer')))));
DROP POLICY IF EXISTS app_insert ON cases_casetransfer;
CREATE POLICY app_insert ON cases_casetransfer FOR INSERT TO waymark_app
    WITH CHECK (("cases_casetransfer"."from_organisation_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_casetransfer"."case_id")) LIMIT 1 OFFSET 0) IS TRUE)));
DROP POLICY IF EXISTS app_update ON cases_casetransfer;
CREATE POLICY app_update ON cases_casetransfer FOR UPDATE TO waymark_app
    USING ((("cases_casetransfer"."from_organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_casetransfer"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) OR "cases_casetransfer"."asked_by_id" = (SELECT waymark.principal_id()) OR "cases_casetransfer"."approved_by_id" = (SELECT waymark.principal_id()) OR ("cases_casetransfer"."decided_at" IS NOT NULL AND (SELECT waymark.may('rights.decide'))))) OR ("cases_casetransfer"."approved_at" IS NOT NULL AND "cases_casetransfer"."to_organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('transfer.answer'))))) WITH CHECK ((("cases_casetransfer"."from_organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_casetransfer"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) OR "cases_casetransfer"."asked_by_id" = (SELECT waymark.principal_id()) OR "cases_casetransfer"."approved_by_id" = (SELECT waymark.principal_id()) OR ("cases_casetransfer"."decided_at" IS NOT NULL AND (SELECT waymark.may('rights.decide'))))) OR ("cases_casetransfer"."approved_at" IS NOT NULL AND "cases_casetransfer"."to_organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('transfer.answer')))));
DROP POLICY IF EXISTS app_delete ON cases_casetransfer;
REVOKE ALL ON cases_casetransfer FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_casetransfer TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_casetransfer TO waymark_worker;

-- cases.Consent
ALTER TABLE cases_consent ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_consent FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_consent;
CREATE POLICY owner ON cases_consent FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_consent;
CREATE POLICY worker ON cases_consent FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_consent;
CREATE POLICY app_select ON cases_consent FOR SELECT TO waymark_app
    USING (("cases_consent"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_consent"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_consent"."person_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_insert ON cases_consent;
CREATE POLICY app_insert ON cases_consent FOR INSERT TO waymark_app
    WITH CHECK ("cases_consent"."organisation_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_update ON cases_consent;
CREATE POLICY app_update ON cases_consent FOR UPDATE TO waymark_app
    USING (("cases_consent"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_consent"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_consent"."person_id")) LIMIT 1 OFFSET 0) IS TRUE)))) WITH CHECK (("cases_consent"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_consent"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_consent"."person_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_delete ON cases_consent;
REVOKE ALL ON cases_consent FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_consent TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_consent TO waymark_worker;

-- cases.ContactWay
ALTER TABLE cases_contactway ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_contactway FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_contactway;
CREATE POLICY owner ON cases_contactway FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_contactway;
CREATE POLICY worker ON cases_contactway FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_contactway;
CREATE POLICY app_select ON cases_contactway FOR SELECT TO waymark_app
    USING (("cases_contactway"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_contactway"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_contactway"."person_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_insert ON cases_contactway;
CREATE POLICY app_insert ON cases_contactway FOR INSERT TO waymark_app
    WITH CHECK ("cases_contactway"."organisation_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_update ON cases_contactway;
CREATE POLICY app_update ON cases_contactway FOR UPDATE TO waymark_app
    USING (("cases_contactway"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_contactway"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_contactway"."person_id")) LIMIT 1 OFFSET 0) IS TRUE)))) WITH CHECK (("cases_contactway"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_contactway"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_contactway"."person_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_delete ON cases_contactway;
REVOKE ALL ON cases_contactway FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_contactway TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_contactway TO waymark_worker;

-- cases.DataRequest
ALTER TABLE cases_datarequest ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_datarequest FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_datarequest;
CREATE POLICY owner ON cases_datarequest FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_datarequest;
CREATE POLICY worker ON cases_datarequest FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_datarequest;
CREATE POLICY app_select ON cases_datarequest FOR SELECT TO waymark_app
    USING ((("cases_datarequest"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_datarequest"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_datarequest"."person_id")) LIMIT 1 OFFSET 0) IS TRUE))) OR ("cases_datarequest"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('rights.decide')))));
DROP POLICY IF EXISTS app_insert ON cases_datarequest;
CREATE POLICY app_insert ON cases_datarequest FOR INSERT TO waymark_app
    WITH CHECK ("cases_datarequest"."organisation_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_update ON cases_datarequest;
CREATE POLICY app_update ON cases_datarequest FOR UPDATE TO waymark_app
    USING ((("cases_datarequest"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_datarequest"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_datarequest"."person_id")) LIMIT 1 OFFSET 0) IS TRUE))) OR ("cases_datarequest"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('rights.decide'))))) WITH CHECK ((("cases_datarequest"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_datarequest"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_datarequest"."person_id")) LIMIT 1 OFFSET 0) IS TRUE))) OR ("cases_datarequest"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('rights.decide')))));
DROP POLICY IF EXISTS app_delete ON cases_datarequest;
REVOKE ALL ON cases_datarequest FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_datarequest TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_datarequest TO waymark_worker;

-- cases.Determinants
ALTER TABLE cases_determinants ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_determinants FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_determinants;
CREATE POLICY owner ON cases_determinants FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_determinants;
CREATE POLICY worker ON cases_determinants FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_determinants;
CREATE POLICY app_select ON cases_determinants FOR SELECT TO waymark_app
    USING (((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_determinants"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("cases_determinants"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_determinants"."case_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_insert ON cases_determinants;
CREATE POLICY app_insert ON cases_determinants FOR INSERT TO waymark_app
    WITH CHECK (("cases_determinants"."organisation_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_determinants"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("cases_determinants"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_determinants"."case_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_update ON cases_determinants;
CREATE POLICY app_update ON cases_determinants FOR UPDATE TO waymark_app
    USING (((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_determinants"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("cases_determinants"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_determinants"."case_id")) LIMIT 1 OFFSET 0) IS TRUE)))) WITH CHECK (((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_determinants"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("cases_determinants"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_determinants"."case_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_delete ON cases_determinants;
REVOKE ALL ON cases_determinants FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_determinants TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_determinants TO waymark_worker;

-- cases.Document
ALTER TABLE cases_document ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_document FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_document;
CREATE POLICY owner ON cases_document FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_document;
CREATE POLICY worker ON cases_document FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_document;
CREATE POLICY app_select ON cases_document FOR SELECT TO waymark_app
    USING (((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_document"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("cases_document"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_document"."case_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_insert ON cases_document;
CREATE POLICY app_insert ON cases_document FOR INSERT TO waymark_app
    WITH CHECK (("cases_document"."organisation_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_document"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("cases_document"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_document"."case_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_update ON cases_document;
CREATE POLICY app_update ON cases_document FOR UPDATE TO waymark_app
    USING (("cases_document"."organisation_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_document"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("cases_document"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_document"."case_id")) LIMIT 1 OFFSET 0) IS TRUE)))) WITH CHECK (("cases_document"."organisation_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_document"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("cases_document"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_document"."case_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_delete ON cases_document;
REVOKE ALL ON cases_document FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_document TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_document TO waymark_worker;

-- cases.DuplicateCandidate
ALTER TABLE cases_duplicatecandidate ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_duplicatecandidate FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_duplicatecandidate;
CREATE POLICY owner ON cases_duplicatecandidate FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_duplicatecandidate;
CREATE POLICY worker ON cases_duplicatecandidate FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_duplicatecandidate;
CREATE POLICY app_select ON cases_duplicatecandidate FOR SELECT TO waymark_app
    USING (("cases_duplicatecandidate"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_duplicatecandidate"."low_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_duplicatecandidate"."low_id")) LIMIT 1 OFFSET 0) IS TRUE)) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_duplicatecandidate"."high_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_duplicatecandidate"."high_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_insert ON cases_duplicatecandidate;
CREATE POLICY app_insert ON cases_duplicatecandidate FOR INSERT TO waymark_app
    WITH CHECK ("cases_duplicatecandidate"."organisation_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_update ON cases_duplicatecandidate;
CREATE POLICY app_update ON cases_duplicatecandidate FOR UPDATE TO waymark_app
    USING (("cases_duplicatecandidate"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_duplicatecandidate"."low_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_duplicatecandidate"."low_id")) LIMIT 1 OFFSET 0) IS TRUE)) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_duplicatecandidate"."high_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_duplicatecandidate"."high_id")) LIMIT 1 OFFSET 0) IS TRUE)))) WITH CHECK (("cases_duplicatecandidate"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_duplicatecandidate"."low_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_duplicatecandidate"."low_id")) LIMIT 1 OFFSET 0) IS TRUE)) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_duplicatecandidate"."high_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_duplicatecandidate"."high_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_delete ON cases_duplicatecandidate;
REVOKE ALL ON cases_duplicatecandidate FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_duplicatecandidate TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_duplicatecandidate TO waymark_worker;

-- cases.Emergency
ALTER TABLE cases_emergency ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_emergency FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_emergency;
CREATE POLICY owner ON cases_emergency FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_emergency;
CREATE POLICY worker ON cases_emergency FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_emergency;
CREATE POLICY app_select ON cases_emergency FOR SELECT TO waymark_app
    USING (("cases_emergency"."organisation_id" = (SELECT waymark.organisation_id()) AND ("cases_emergency"."member_id" = (SELECT waymark.principal_id()) OR (SELECT waymark.may('emergency.review')))));
DROP POLICY IF EXISTS app_insert ON cases_emergency;
CREATE POLICY app_insert ON cases_emergency FOR INSERT TO waymark_app
    WITH CHECK (("cases_emergency"."member_id" = (SELECT waymark.principal_id()) AND "cases_emergency"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('case.break_glass'))));
DROP POLICY IF EXISTS app_update ON cases_emergency;
CREATE POLICY app_update ON cases_emergency FOR UPDATE TO waymark_app
    USING (("cases_emergency"."organisation_id" = (SELECT waymark.organisation_id()) AND ("cases_emergency"."member_id" = (SELECT waymark.principal_id()) OR (SELECT waymark.may('emergency.review'))))) WITH CHECK (("cases_emergency"."organisation_id" = (SELECT waymark.organisation_id()) AND ("cases_emergency"."member_id" = (SELECT waymark.principal_id()) OR (SELECT waymark.may('emergency.review')))));
DROP POLICY IF EXISTS app_delete ON cases_emergency;
REVOKE ALL ON cases_emergency FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_emergency TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_emergency TO waymark_worker;

-- cases.ExportJob
ALTER TABLE cases_exportjob ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_exportjob FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_exportjob;
CREATE POLICY owner ON cases_exportjob FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_exportjob;
CREATE POLICY worker ON cases_exportjob FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_exportjob;
CREATE POLICY app_select ON cases_exportjob FOR SELECT TO waymark_app
    USING (("cases_exportjob"."organisation_id" = (SELECT waymark.organisation_id()) AND (("cases_exportjob"."asked_by_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('record.export'))) OR (SELECT waymark.may('export.approve')))));
DROP POLICY IF EXISTS app_insert ON cases_exportjob;
CREATE POLICY app_insert ON cases_exportjob FOR INSERT TO waymark_app
    WITH CHECK (("cases_exportjob"."asked_by_id" = (SELECT waymark.principal_id()) AND "cases_exportjob"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('record.export'))));
DROP POLICY IF EXISTS app_update ON cases_exportjob;
CREATE POLICY app_update ON cases_exportjob FOR UPDATE TO waymark_app
    USING (("cases_exportjob"."organisation_id" = (SELECT waymark.organisation_id()) AND (("cases_exportjob"."asked_by_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('record.export'))) OR (SELECT waymark.may('export.approve'))))) WITH CHECK (("cases_exportjob"."organisation_id" = (SELECT waymark.organisation_id()) AND (("cases_exportjob"."asked_by_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('record.export'))) OR (SELECT waymark.may('export.approve')))));
DROP POLICY IF EXISTS app_delete ON cases_exportjob;
REVOKE ALL ON cases_exportjob FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_exportjob TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_exportjob TO waymark_worker;

-- cases.Form
ALTER TABLE cases_form ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_form FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_form;
CREATE POLICY owner ON cases_form FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_form;
CREATE POLICY worker ON cases_form FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_form;
CREATE POLICY app_select ON cases_form FOR SELECT TO waymark_app
    USING (("cases_form"."organisation_id" = (SELECT waymark.organisation_id()) OR "cases_form"."organisation_id" IS NULL));
DROP POLICY IF EXISTS app_insert ON cases_form;
CREATE POLICY app_insert ON cases_form FOR INSERT TO waymark_app
    WITH CHECK ((("cases_form"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('form.manage'))) OR ("cases_form"."organisation_id" IS NULL AND (SELECT waymark.may('form.manage_network')))));
DROP POLICY IF EXISTS app_update ON cases_form;
CREATE POLICY app_update ON cases_form FOR UPDATE TO waymark_app
    USING ((("cases_form"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('form.manage'))) OR ("cases_form"."organisation_id" IS NULL AND (SELECT waymark.may('form.manage_network'))))) WITH CHECK ((("cases_form"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('form.manage'))) OR ("cases_form"."organisation_id" IS NULL AND (SELECT waymark.may('form.manage_network')))));
DROP POLICY IF EXISTS app_delete ON cases_form;
CREATE POLICY app_delete ON cases_form FOR DELETE TO waymark_app
    USING (((("cases_form"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('form.manage'))) OR ("cases_form"."organisation_id" IS NULL AND (SELECT waymark.may('form.manage_network')))) AND "cases_form"."state" = 'draft'));
REVOKE ALL ON cases_form FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_form TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_form TO waymark_worker;

-- cases.Goal
ALTER TABLE cases_goal ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_goal FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_goal;
CREATE POLICY owner ON cases_goal FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_goal;
CREATE POLICY worker ON cases_goal FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_goal;
CREATE POLICY app_select ON cases_goal FOR SELECT TO waymark_app
    USING (((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_goal"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("cases_goal"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_goal"."case_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_insert ON cases_goal;
CREATE POLICY app_insert ON cases_goal FOR INSERT TO waymark_app
    WITH CHECK (("cases_goal"."organisation_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_goal"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("cases_goal"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_goal"."case_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_update ON cases_goal;
CREATE POLICY app_update ON cases_goal FOR UPDATE TO waymark_app
    USING (((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_goal"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("cases_goal"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_goal"."case_id")) LIMIT 1 OFFSET 0) IS TRUE)))) WITH CHECK (((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_goal"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("cases_goal"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_goal"."case_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_delete ON cases_goal;
REVOKE ALL ON cases_goal FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_goal TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_goal TO waymark_worker;

-- cases.Grant
ALTER TABLE cases_grant ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_grant FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_grant;
CREATE POLICY owner ON cases_grant FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_grant;
CREATE POLICY worker ON cases_grant FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_grant;
CREATE POLICY app_select ON cases_grant FOR SELECT TO waymark_app
    USING (("cases_grant"."organisation_id" = (SELECT waymark.organisation_id()) OR "cases_grant"."owner_id" = (SELECT waymark.organisation_id())));
DROP POLICY IF EXISTS app_insert ON cases_grant;
CREATE POLICY app_insert ON cases_grant FOR INSERT TO waymark_app
    WITH CHECK ("cases_grant"."owner_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_update ON cases_grant;
CREATE POLICY app_update ON cases_grant FOR UPDATE TO waymark_app
    USING (("cases_grant"."organisation_id" = (SELECT waymark.organisation_id()) OR "cases_grant"."owner_id" = (SELECT waymark.organisation_id()))) WITH CHECK (("cases_grant"."organisation_id" = (SELECT waymark.organisation_id()) OR "cases_grant"."owner_id" = (SELECT waymark.organisation_id())));
DROP POLICY IF EXISTS app_delete ON cases_grant;
REVOKE ALL ON cases_grant FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_grant TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_grant TO waymark_worker;

-- cases.Household
ALTER TABLE cases_household ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_household FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_household;
CREATE POLICY owner ON cases_household FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_household;
CREATE POLICY worker ON cases_household FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_household;
CREATE POLICY app_select ON cases_household FOR SELECT TO waymark_app
    USING (("cases_household"."organisation_id" = (SELECT waymark.organisation_id()) AND ("cases_household"."member_ids" && (ARRAY(SELECT V0."person_id" AS "person_id" FROM "cases_case" V0 WHERE V0."id" IN (SELECT U0."case_id" AS "case_id" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team'))))))))::uuid[] OR "cases_household"."member_ids" && (ARRAY(SELECT U0."id" AS "pk" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL)))::uuid[])));
DROP POLICY IF EXISTS app_insert ON cases_household;
CREATE POLICY app_insert ON cases_household FOR INSERT TO waymark_app
    WITH CHECK ("cases_household"."organisation_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_update ON cases_household;
CREATE POLICY app_update ON cases_household FOR UPDATE TO waymark_app
    USING (("cases_household"."organisation_id" = (SELECT waymark.organisation_id()) AND ("cases_household"."member_ids" && (ARRAY(SELECT V0."person_id" AS "person_id" FROM "cases_case" V0 WHERE V0."id" IN (SELECT U0."case_id" AS "case_id" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team'))))))))::uuid[] OR "cases_household"."member_ids" && (ARRAY(SELECT U0."id" AS "pk" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL)))::uuid[]))) WITH CHECK (("cases_household"."organisation_id" = (SELECT waymark.organisation_id()) AND ("cases_household"."member_ids" && (ARRAY(SELECT V0."person_id" AS "person_id" FROM "cases_case" V0 WHERE V0."id" IN (SELECT U0."case_id" AS "case_id" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team'))))))))::uuid[] OR "cases_household"."member_ids" && (ARRAY(SELECT U0."id" AS "pk" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL)))::uuid[])));
DROP POLICY IF EXISTS app_delete ON cases_household;
REVOKE ALL ON cases_household FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_household TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_household TO waymark_worker;

-- cases.ImportJob
ALTER TABLE cases_importjob ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_importjob FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_importjob;
CREATE POLICY owner ON cases_importjob FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_importjob;
CREATE POLICY worker ON cases_importjob FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_importjob;
CREATE POLICY app_select ON cases_importjob FOR SELECT TO waymark_app
    USING (("cases_importjob"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('record.import')) AND ("cases_importjob"."uploaded_by_id" = (SELECT waymark.principal_id()) OR "cases_importjob"."team_id" = (SELECT waymark.team_id()))));
DROP POLICY IF EXISTS app_insert ON cases_importjob;
CREATE POLICY app_insert ON cases_importjob FOR INSERT TO waymark_app
    WITH CHECK (("cases_importjob"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('record.import')) AND ("cases_importjob"."uploaded_by_id" = (SELECT waymark.principal_id()) OR "cases_importjob"."team_id" = (SELECT waymark.team_id())) AND "cases_importjob"."uploaded_by_id" = (SELECT waymark.principal_id())));
DROP POLICY IF EXISTS app_update ON cases_importjob;
CREATE POLICY app_update ON cases_importjob FOR UPDATE TO waymark_app
    USING (("cases_importjob"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('record.import')) AND ("cases_importjob"."uploaded_by_id" = (SELECT waymark.principal_id()) OR "cases_importjob"."team_id" = (SELECT waymark.team_id())))) WITH CHECK (("cases_importjob"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('record.import')) AND ("cases_importjob"."uploaded_by_id" = (SELECT waymark.principal_id()) OR "cases_importjob"."team_id" = (SELECT waymark.team_id()))));
DROP POLICY IF EXISTS app_delete ON cases_importjob;
REVOKE ALL ON cases_importjob FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_importjob TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_importjob TO waymark_worker;

-- cases.ImportMapping
ALTER TABLE cases_importmapping ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_importmapping FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_importmapping;
CREATE POLICY owner ON cases_importmapping FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_importmapping;
CREATE POLICY worker ON cases_importmapping FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_importmapping;
CREATE POLICY app_select ON cases_importmapping FOR SELECT TO waymark_app
    USING (("cases_importmapping"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('record.import'))));
DROP POLICY IF EXISTS app_insert ON cases_importmapping;
CREATE POLICY app_insert ON cases_importmapping FOR INSERT TO waymark_app
    WITH CHECK (("cases_importmapping"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('record.import'))));
DROP POLICY IF EXISTS app_update ON cases_importmapping;
CREATE POLICY app_update ON cases_importmapping FOR UPDATE TO waymark_app
    USING (("cases_importmapping"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('record.import')))) WITH CHECK (("cases_importmapping"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('record.import'))));
DROP POLICY IF EXISTS app_delete ON cases_importmapping;
REVOKE ALL ON cases_importmapping FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_importmapping TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_importmapping TO waymark_worker;

-- cases.ImportRow
ALTER TABLE cases_importrow ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_importrow FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_importrow;
CREATE POLICY owner ON cases_importrow FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_importrow;
CREATE POLICY worker ON cases_importrow FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_importrow;
CREATE POLICY app_select ON cases_importrow FOR SELECT TO waymark_app
    USING ("cases_importrow"."job_id" IN (SELECT U0."id" AS "pk" FROM "cases_importjob" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('record.import')) AND (U0."uploaded_by_id" = (SELECT waymark.principal_id()) OR U0."team_id" = (SELECT waymark.team_id())))));
DROP POLICY IF EXISTS app_insert ON cases_importrow;
CREATE POLICY app_insert ON cases_importrow FOR INSERT TO waymark_app
    WITH CHECK ("cases_importrow"."job_id" IN (SELECT U0."id" AS "pk" FROM "cases_importjob" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('record.import')) AND (U0."uploaded_by_id" = (SELECT waymark.principal_id()) OR U0."team_id" = (SELECT waymark.team_id())))));
DROP POLICY IF EXISTS app_update ON cases_importrow;
CREATE POLICY app_update ON cases_importrow FOR UPDATE TO waymark_app
    USING ("cases_importrow"."job_id" IN (SELECT U0."id" AS "pk" FROM "cases_importjob" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('record.import')) AND (U0."uploaded_by_id" = (SELECT waymark.principal_id()) OR U0."team_id" = (SELECT waymark.team_id()))))) WITH CHECK ("cases_importrow"."job_id" IN (SELECT U0."id" AS "pk" FROM "cases_importjob" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('record.import')) AND (U0."uploaded_by_id" = (SELECT waymark.principal_id()) OR U0."team_id" = (SELECT waymark.team_id())))));
DROP POLICY IF EXISTS app_delete ON cases_importrow;
CREATE POLICY app_delete ON cases_importrow FOR DELETE TO waymark_app
    USING ("cases_importrow"."job_id" IN (SELECT U0."id" AS "pk" FROM "cases_importjob" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('record.import')) AND (U0."uploaded_by_id" = (SELECT waymark.principal_id()) OR U0."team_id" = (SELECT waymark.team_id())))));
REVOKE ALL ON cases_importrow FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_importrow TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_importrow TO waymark_worker;

-- cases.Incident
ALTER TABLE cases_incident ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_incident FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_incident;
CREATE POLICY owner ON cases_incident FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_incident;
CREATE POLICY worker ON cases_incident FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_incident;
CREATE POLICY app_select ON cases_incident FOR SELECT TO waymark_app
    USING (("cases_incident"."organisation_id" = (SELECT waymark.organisation_id()) AND ((SELECT waymark.may('incident.handle')) OR ("cases_incident"."noticed_by_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('incident.report'))))));
DROP POLICY IF EXISTS app_insert ON cases_incident;
CREATE POLICY app_insert ON cases_incident FOR INSERT TO waymark_app
    WITH CHECK (("cases_incident"."noticed_by_id" = (SELECT waymark.principal_id()) AND "cases_incident"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('incident.report'))));
DROP POLICY IF EXISTS app_update ON cases_incident;
CREATE POLICY app_update ON cases_incident FOR UPDATE TO waymark_app
    USING (("cases_incident"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('incident.handle')))) WITH CHECK (("cases_incident"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('incident.handle'))));
DROP POLICY IF EXISTS app_delete ON cases_incident;
REVOKE ALL ON cases_incident FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_incident TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_incident TO waymark_worker;

-- cases.IntakeDraft
ALTER TABLE cases_intakedraft ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_intakedraft FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_intakedraft;
CREATE POLICY owner ON cases_intakedraft FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_intakedraft;
CREATE POLICY worker ON cases_intakedraft FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_intakedraft;
CREATE POLICY app_select ON cases_intakedraft FOR SELECT TO waymark_app
    USING (("cases_intakedraft"."member_id" = (SELECT waymark.principal_id()) AND "cases_intakedraft"."organisation_id" = (SELECT waymark.organisation_id())));
DROP POLICY IF EXISTS app_insert ON cases_intakedraft;
CREATE POLICY app_insert ON cases_intakedraft FOR INSERT TO waymark_app
    WITH CHECK (("cases_intakedraft"."member_id" = (SELECT waymark.principal_id()) AND "cases_intakedraft"."organisation_id" = (SELECT waymark.organisation_id())));
DROP POLICY IF EXISTS app_update ON cases_intakedraft;
CREATE POLICY app_update ON cases_intakedraft FOR UPDATE TO waymark_app
    USING (("cases_intakedraft"."member_id" = (SELECT waymark.principal_id()) AND "cases_intakedraft"."organisation_id" = (SELECT waymark.organisation_id()))) WITH CHECK (("cases_intakedraft"."member_id" = (SELECT waymark.principal_id()) AND "cases_intakedraft"."organisation_id" = (SELECT waymark.organisation_id())));
DROP POLICY IF EXISTS app_delete ON cases_intakedraft;
CREATE POLICY app_delete ON cases_intakedraft FOR DELETE TO waymark_app
    USING (("cases_intakedraft"."member_id" = (SELECT waymark.principal_id()) AND "cases_intakedraft"."organisation_id" = (SELECT waymark.organisation_id())));
REVOKE ALL ON cases_intakedraft FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_intakedraft TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_intakedraft TO waymark_worker;

-- cases.LegalHold
ALTER TABLE cases_legalhold ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_legalhold FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_legalhold;
CREATE POLICY owner ON cases_legalhold FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_legalhold;
CREATE POLICY worker ON cases_legalhold FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_legalhold;
CREATE POLICY app_select ON cases_legalhold FOR SELECT TO waymark_app
    USING ((("cases_legalhold"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_legalhold"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_legalhold"."person_id")) LIMIT 1 OFFSET 0) IS TRUE))) OR ("cases_legalhold"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('rights.decide')))));
DROP POLICY IF EXISTS app_insert ON cases_legalhold;
CREATE POLICY app_insert ON cases_legalhold FOR INSERT TO waymark_app
    WITH CHECK (("cases_legalhold"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('hold.set'))));
DROP POLICY IF EXISTS app_update ON cases_legalhold;
CREATE POLICY app_update ON cases_legalhold FOR UPDATE TO waymark_app
    USING (("cases_legalhold"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('hold.set')))) WITH CHECK (("cases_legalhold"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('hold.set'))));
DROP POLICY IF EXISTS app_delete ON cases_legalhold;
REVOKE ALL ON cases_legalhold FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_legalhold TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_legalhold TO waymark_worker;

-- cases.MergeRecord
ALTER TABLE cases_mergerecord ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_mergerecord FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_mergerecord;
CREATE POLICY owner ON cases_mergerecord FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_mergerecord;
CREATE POLICY worker ON cases_mergerecord FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_mergerecord;
CREATE POLICY app_select ON cases_mergerecord FOR SELECT TO waymark_app
    USING (("cases_mergerecord"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_mergerecord"."survivor_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_mergerecord"."survivor_id")) LIMIT 1 OFFSET 0) IS TRUE)) AND (SELECT waymark.may('person.merge'))));
DROP POLICY IF EXISTS app_insert ON cases_mergerecord;
CREATE POLICY app_insert ON cases_mergerecord FOR INSERT TO waymark_app
    WITH CHECK ("cases_mergerecord"."organisation_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_update ON cases_mergerecord;
CREATE POLICY app_update ON cases_mergerecord FOR UPDATE TO waymark_app
    USING (("cases_mergerecord"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_mergerecord"."survivor_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_mergerecord"."survivor_id")) LIMIT 1 OFFSET 0) IS TRUE)) AND (SELECT waymark.may('person.merge')))) WITH CHECK (("cases_mergerecord"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_mergerecord"."survivor_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_mergerecord"."survivor_id")) LIMIT 1 OFFSET 0) IS TRUE)) AND (SELECT waymark.may('person.merge'))));
DROP POLICY IF EXISTS app_delete ON cases_mergerecord;
REVOKE ALL ON cases_mergerecord FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_mergerecord TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_mergerecord TO waymark_worker;

-- cases.MigrationStatus
ALTER TABLE cases_migrationstatus ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_migrationstatus FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_migrationstatus;
CREATE POLICY owner ON cases_migrationstatus FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_migrationstatus;
CREATE POLICY worker ON cases_migrationstatus FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_migrationstatus;
CREATE POLICY app_select ON cases_migrationstatus FOR SELECT TO waymark_app
    USING (("cases_migrationstatus"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_migrationstatus"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_migrationstatus"."person_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_insert ON cases_migrationstatus;
CREATE POLICY app_insert ON cases_migrationstatus FOR INSERT TO waymark_app
    WITH CHECK ("cases_migrationstatus"."organisation_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_update ON cases_migrationstatus;
CREATE POLICY app_update ON cases_migrationstatus FOR UPDATE TO waymark_app
    USING (("cases_migrationstatus"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_migrationstatus"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_migrationstatus"."person_id")) LIMIT 1 OFFSET 0) IS TRUE)))) WITH CHECK (("cases_migrationstatus"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_migrationstatus"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_migrationstatus"."person_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_delete ON cases_migrationstatus;
REVOKE ALL ON cases_migrationstatus FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_migrationstatus TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_migrationstatus TO waymark_worker;

-- cases.Need
ALTER TABLE cases_need ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_need FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_need;
CREATE POLICY owner ON cases_need FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_need;
CREATE POLICY worker ON cases_need FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_need;
CREATE POLICY app_select ON cases_need FOR SELECT TO waymark_app
    USING (((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_need"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("cases_need"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_need"."case_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_insert ON cases_need;
CREATE POLICY app_insert ON cases_need FOR INSERT TO waymark_app
    WITH CHECK ("cases_need"."organisation_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_update ON cases_need;
CREATE POLICY app_update ON cases_need FOR UPDATE TO waymark_app
    USING (((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_need"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("cases_need"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_need"."case_id")) LIMIT 1 OFFSET 0) IS TRUE)))) WITH CHECK (((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_need"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("cases_need"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_need"."case_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_delete ON cases_need;
REVOKE ALL ON cases_need FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_need TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_need TO waymark_worker;

-- cases.Note
ALTER TABLE cases_note ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_note FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_note;
CREATE POLICY owner ON cases_note FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_note;
CREATE POLICY worker ON cases_note FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_note;
CREATE POLICY app_select ON cases_note FOR SELECT TO waymark_app
    USING (((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_note"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("cases_note"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_note"."case_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_insert ON cases_note;
CREATE POLICY app_insert ON cases_note FOR INSERT TO waymark_app
    WITH CHECK (("cases_note"."organisation_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_note"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("cases_note"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_note"."case_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_update ON cases_note;
CREATE POLICY app_update ON cases_note FOR UPDATE TO waymark_app
    USING (("cases_note"."organisation_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_note"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("cases_note"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_note"."case_id")) LIMIT 1 OFFSET 0) IS TRUE)))) WITH CHECK (("cases_note"."organisation_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_note"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("cases_note"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_note"."case_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_delete ON cases_note;
REVOKE ALL ON cases_note FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_note TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_note TO waymark_worker;

-- cases.NoteWording
ALTER TABLE cases_notewording ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_notewording FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_notewording;
CREATE POLICY owner ON cases_notewording FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_notewording;
CREATE POLICY worker ON cases_notewording FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_notewording;
CREATE POLICY app_select ON cases_notewording FOR SELECT TO waymark_app
    USING (((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_notewording"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("cases_notewording"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_notewording"."case_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_insert ON cases_notewording;
CREATE POLICY app_insert ON cases_notewording FOR INSERT TO waymark_app
    WITH CHECK (("cases_notewording"."organisation_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_notewording"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("cases_notewording"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_notewording"."case_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_update ON cases_notewording;
DROP POLICY IF EXISTS app_delete ON cases_notewording;
REVOKE ALL ON cases_notewording FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT ON cases_notewording TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_notewording TO waymark_worker;

-- cases.Person
ALTER TABLE cases_person ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_person FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_person;
CREATE POLICY owner ON cases_person FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_person;
CREATE POLICY worker ON cases_person FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_person;
CREATE POLICY app_select ON cases_person FOR SELECT TO waymark_app
    USING (((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_person"."id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR ("cases_person"."organisation_id" = (SELECT waymark.organisation_id()) AND "cases_person"."registered_by_id" = (SELECT waymark.principal_id()) AND "cases_person"."sealed_at" IS NULL) OR ("cases_person"."merged_into_id" IS NOT NULL AND (EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_person"."merged_into_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_insert ON cases_person;
CREATE POLICY app_insert ON cases_person FOR INSERT TO waymark_app
    WITH CHECK ("cases_person"."organisation_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_update ON cases_person;
CREATE POLICY app_update ON cases_person FOR UPDATE TO waymark_app
    USING (((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_person"."id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR ("cases_person"."organisation_id" = (SELECT waymark.organisation_id()) AND "cases_person"."registered_by_id" = (SELECT waymark.principal_id()) AND "cases_person"."sealed_at" IS NULL) OR ("cases_person"."merged_into_id" IS NOT NULL AND (EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_person"."merged_into_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE)))) WITH CHECK (((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_person"."id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR ("cases_person"."organisation_id" = (SELECT waymark.organisation_id()) AND "cases_person"."registered_by_id" = (SELECT waymark.principal_id()) AND "cases_person"."sealed_at" IS NULL) OR ("cases_person"."merged_into_id" IS NOT NULL AND (EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_person"."merged_into_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_delete ON cases_person;
REVOKE ALL ON cases_person FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_person TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_person TO waymark_worker;

-- cases.PersonDocument
ALTER TABLE cases_persondocument ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_persondocument FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_persondocument;
CREATE POLICY owner ON cases_persondocument FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_persondocument;
CREATE POLICY worker ON cases_persondocument FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_persondocument;
CREATE POLICY app_select ON cases_persondocument FOR SELECT TO waymark_app
    USING (("cases_persondocument"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_persondocument"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_persondocument"."person_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_insert ON cases_persondocument;
CREATE POLICY app_insert ON cases_persondocument FOR INSERT TO waymark_app
    WITH CHECK ("cases_persondocument"."organisation_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_update ON cases_persondocument;
CREATE POLICY app_update ON cases_persondocument FOR UPDATE TO waymark_app
    USING (("cases_persondocument"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_persondocument"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_persondocument"."person_id")) LIMIT 1 OFFSET 0) IS TRUE)))) WITH CHECK (("cases_persondocument"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_persondocument"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_persondocument"."person_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_delete ON cases_persondocument;
REVOKE ALL ON cases_persondocument FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_persondocument TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_persondocument TO waymark_worker;

-- cases.PersonName
ALTER TABLE cases_personname ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_personname FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_personname;
CREATE POLICY owner ON cases_personname FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_personname;
CREATE POLICY worker ON cases_personname FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_personname;
CREATE POLICY app_select ON cases_personname FOR SELECT TO waymark_app
    USING (("cases_personname"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_personname"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_personname"."person_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_insert ON cases_personname;
CREATE POLICY app_insert ON cases_personname FOR INSERT TO waymark_app
    WITH CHECK ("cases_personname"."organisation_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_update ON cases_personname;
CREATE POLICY app_update ON cases_personname FOR UPDATE TO waymark_app
    USING (("cases_personname"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_personname"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_personname"."person_id")) LIMIT 1 OFFSET 0) IS TRUE)))) WITH CHECK (("cases_personname"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_personname"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_personname"."person_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_delete ON cases_personname;
CREATE POLICY app_delete ON cases_personname FOR DELETE TO waymark_app
    USING (("cases_personname"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_personname"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_personname"."person_id")) LIMIT 1 OFFSET 0) IS TRUE))));
REVOKE ALL ON cases_personname FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_personname TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_personname TO waymark_worker;

-- cases.PlanAgreement
ALTER TABLE cases_planagreement ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_planagreement FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_planagreement;
CREATE POLICY owner ON cases_planagreement FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_planagreement;
CREATE POLICY worker ON cases_planagreement FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_planagreement;
CREATE POLICY app_select ON cases_planagreement FOR SELECT TO waymark_app
    USING ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_planagreement"."case_id")) LIMIT 1 OFFSET 0) IS TRUE));
DROP POLICY IF EXISTS app_insert ON cases_planagreement;
CREATE POLICY app_insert ON cases_planagreement FOR INSERT TO waymark_app
    WITH CHECK (("cases_planagreement"."organisation_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_planagreement"."case_id")) LIMIT 1 OFFSET 0) IS TRUE)));
DROP POLICY IF EXISTS app_update ON cases_planagreement;
CREATE POLICY app_update ON cases_planagreement FOR UPDATE TO waymark_app
    USING ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_planagreement"."case_id")) LIMIT 1 OFFSET 0) IS TRUE)) WITH CHECK ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_planagreement"."case_id")) LIMIT 1 OFFSET 0) IS TRUE));
DROP POLICY IF EXISTS app_delete ON cases_planagreement;
REVOKE ALL ON cases_planagreement FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_planagreement TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_planagreement TO waymark_worker;

-- cases.Relation
ALTER TABLE cases_relation ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_relation FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_relation;
CREATE POLICY owner ON cases_relation FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_relation;
CREATE POLICY worker ON cases_relation FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_relation;
CREATE POLICY app_select ON cases_relation FOR SELECT TO waymark_app
    USING (("cases_relation"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_relation"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_relation"."person_id")) LIMIT 1 OFFSET 0) IS TRUE) OR ("cases_relation"."other_id" IS NOT NULL AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_relation"."other_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_relation"."other_id")) LIMIT 1 OFFSET 0) IS TRUE))))));
DROP POLICY IF EXISTS app_insert ON cases_relation;
CREATE POLICY app_insert ON cases_relation FOR INSERT TO waymark_app
    WITH CHECK ("cases_relation"."organisation_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_update ON cases_relation;
CREATE POLICY app_update ON cases_relation FOR UPDATE TO waymark_app
    USING (("cases_relation"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_relation"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_relation"."person_id")) LIMIT 1 OFFSET 0) IS TRUE) OR ("cases_relation"."other_id" IS NOT NULL AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_relation"."other_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_relation"."other_id")) LIMIT 1 OFFSET 0) IS TRUE)))))) WITH CHECK (("cases_relation"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_relation"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_relation"."person_id")) LIMIT 1 OFFSET 0) IS TRUE) OR ("cases_relation"."other_id" IS NOT NULL AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_relation"."other_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_relation"."other_id")) LIMIT 1 OFFSET 0) IS TRUE))))));
DROP POLICY IF EXISTS app_delete ON cases_relation;
REVOKE ALL ON cases_relation FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_relation TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_relation TO waymark_worker;

-- cases.Reminder
ALTER TABLE cases_reminder ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_reminder FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_reminder;
CREATE POLICY owner ON cases_reminder FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_reminder;
CREATE POLICY worker ON cases_reminder FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_reminder;
CREATE POLICY app_select ON cases_reminder FOR SELECT TO waymark_app
    USING (("cases_reminder"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_reminder"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) OR ("cases_reminder"."case_id" IS NULL AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_reminder"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_reminder"."person_id")) LIMIT 1 OFFSET 0) IS TRUE))) OR ("cases_reminder"."kind" = 'retention' AND (SELECT waymark.may('audit.read'))))));
DROP POLICY IF EXISTS app_insert ON cases_reminder;
CREATE POLICY app_insert ON cases_reminder FOR INSERT TO waymark_app
    WITH CHECK ("cases_reminder"."organisation_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_update ON cases_reminder;
CREATE POLICY app_update ON cases_reminder FOR UPDATE TO waymark_app
    USING (("cases_reminder"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_reminder"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) OR ("cases_reminder"."case_id" IS NULL AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_reminder"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_reminder"."person_id")) LIMIT 1 OFFSET 0) IS TRUE))) OR ("cases_reminder"."kind" = 'retention' AND (SELECT waymark.may('audit.read')))))) WITH CHECK (("cases_reminder"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_reminder"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) OR ("cases_reminder"."case_id" IS NULL AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_reminder"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_reminder"."person_id")) LIMIT 1 OFFSET 0) IS TRUE))) OR ("cases_reminder"."kind" = 'retention' AND (SELECT waymark.may('audit.read'))))));
DROP POLICY IF EXISTS app_delete ON cases_reminder;
REVOKE ALL ON cases_reminder FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_reminder TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_reminder TO waymark_worker;

-- cases.Retention
ALTER TABLE cases_retention ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_retention FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_retention;
CREATE POLICY owner ON cases_retention FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_retention;
CREATE POLICY worker ON cases_retention FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_retention;
CREATE POLICY app_select ON cases_retention FOR SELECT TO waymark_app
    USING ((("cases_retention"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_retention"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_retention"."person_id")) LIMIT 1 OFFSET 0) IS TRUE))) OR ("cases_retention"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('rights.decide')))));
DROP POLICY IF EXISTS app_insert ON cases_retention;
CREATE POLICY app_insert ON cases_retention FOR INSERT TO waymark_app
    WITH CHECK ("cases_retention"."organisation_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_update ON cases_retention;
CREATE POLICY app_update ON cases_retention FOR UPDATE TO waymark_app
    USING ((("cases_retention"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_retention"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_retention"."person_id")) LIMIT 1 OFFSET 0) IS TRUE))) OR ("cases_retention"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('rights.decide'))))) WITH CHECK ((("cases_retention"."organisation_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_retention"."person_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR (EXISTS(SELECT 1 AS "a" FROM "cases_person" U0 WHERE (U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."registered_by_id" = (SELECT waymark.principal_id()) AND U0."sealed_at" IS NULL AND U0."id" = ("cases_retention"."person_id")) LIMIT 1 OFFSET 0) IS TRUE))) OR ("cases_retention"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('rights.decide')))));
DROP POLICY IF EXISTS app_delete ON cases_retention;
REVOKE ALL ON cases_retention FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_retention TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_retention TO waymark_worker;

-- cases.RetentionRule
ALTER TABLE cases_retentionrule ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_retentionrule FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_retentionrule;
CREATE POLICY owner ON cases_retentionrule FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_retentionrule;
CREATE POLICY worker ON cases_retentionrule FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_retentionrule;
CREATE POLICY app_select ON cases_retentionrule FOR SELECT TO waymark_app
    USING ("cases_retentionrule"."organisation_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_insert ON cases_retentionrule;
CREATE POLICY app_insert ON cases_retentionrule FOR INSERT TO waymark_app
    WITH CHECK (("cases_retentionrule"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('retention.set'))));
DROP POLICY IF EXISTS app_update ON cases_retentionrule;
CREATE POLICY app_update ON cases_retentionrule FOR UPDATE TO waymark_app
    USING (("cases_retentionrule"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('retention.set')))) WITH CHECK (("cases_retentionrule"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('retention.set'))));
DROP POLICY IF EXISTS app_delete ON cases_retentionrule;
REVOKE ALL ON cases_retentionrule FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_retentionrule TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_retentionrule TO waymark_worker;

-- cases.RiskReview
ALTER TABLE cases_riskreview ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_riskreview FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_riskreview;
CREATE POLICY owner ON cases_riskreview FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_riskreview;
CREATE POLICY worker ON cases_riskreview FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_riskreview;
CREATE POLICY app_select ON cases_riskreview FOR SELECT TO waymark_app
    USING ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_riskreview"."case_id")) LIMIT 1 OFFSET 0) IS TRUE));
DROP POLICY IF EXISTS app_insert ON cases_riskreview;
CREATE POLICY app_insert ON cases_riskreview FOR INSERT TO waymark_app
    WITH CHECK (("cases_riskreview"."organisation_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_riskreview"."case_id")) LIMIT 1 OFFSET 0) IS TRUE)));
DROP POLICY IF EXISTS app_update ON cases_riskreview;
CREATE POLICY app_update ON cases_riskreview FOR UPDATE TO waymark_app
    USING ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_riskreview"."case_id")) LIMIT 1 OFFSET 0) IS TRUE)) WITH CHECK ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_riskreview"."case_id")) LIMIT 1 OFFSET 0) IS TRUE));
DROP POLICY IF EXISTS app_delete ON cases_riskreview;
REVOKE ALL ON cases_riskreview FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_riskreview TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_riskreview TO waymark_worker;

-- cases.Screening
ALTER TABLE cases_screening ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_screening FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_screening;
CREATE POLICY owner ON cases_screening FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_screening;
CREATE POLICY worker ON cases_screening FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_screening;
CREATE POLICY app_select ON cases_screening FOR SELECT TO waymark_app
    USING ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_screening"."case_id")) LIMIT 1 OFFSET 0) IS TRUE));
DROP POLICY IF EXISTS app_insert ON cases_screening;
CREATE POLICY app_insert ON cases_screening FOR INSERT TO waymark_app
    WITH CHECK (("cases_screening"."organisation_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_screening"."case_id")) LIMIT 1 OFFSET 0) IS TRUE)));
DROP POLICY IF EXISTS app_update ON cases_screening;
CREATE POLICY app_update ON cases_screening FOR UPDATE TO waymark_app
    USING ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_screening"."case_id")) LIMIT 1 OFFSET 0) IS TRUE)) WITH CHECK ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_screening"."case_id")) LIMIT 1 OFFSET 0) IS TRUE));
DROP POLICY IF EXISTS app_delete ON cases_screening;
REVOKE ALL ON cases_screening FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_screening TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_screening TO waymark_worker;

-- cases.StatRow
ALTER TABLE cases_statrow ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_statrow FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_statrow;
CREATE POLICY owner ON cases_statrow FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_statrow;
CREATE POLICY worker ON cases_statrow FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_statrow;
CREATE POLICY app_select ON cases_statrow FOR SELECT TO waymark_app
    USING (("cases_statrow"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('statistics.read'))));
DROP POLICY IF EXISTS app_insert ON cases_statrow;
DROP POLICY IF EXISTS app_update ON cases_statrow;
DROP POLICY IF EXISTS app_delete ON cases_statrow;
REVOKE ALL ON cases_statrow FROM waymark_app, waymark_worker;
GRANT SELECT ON cases_statrow TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_statrow TO waymark_worker;

-- cases.Task
ALTER TABLE cases_task ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_task FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_task;
CREATE POLICY owner ON cases_task FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_task;
CREATE POLICY worker ON cases_task FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_task;
CREATE POLICY app_select ON cases_task FOR SELECT TO waymark_app
    USING (("cases_task"."organisation_id" = (SELECT waymark.organisation_id()) AND ("cases_task"."assignee_id" = (SELECT waymark.principal_id()) OR ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_task"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("cases_task"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_task"."case_id")) LIMIT 1 OFFSET 0) IS TRUE))) OR ("cases_task"."case_id" IS NULL AND (SELECT waymark.may('referral.read_in'))))));
DROP POLICY IF EXISTS app_insert ON cases_task;
CREATE POLICY app_insert ON cases_task FOR INSERT TO waymark_app
    WITH CHECK ("cases_task"."organisation_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_update ON cases_task;
CREATE POLICY app_update ON cases_task FOR UPDATE TO waymark_app
    USING (("cases_task"."organisation_id" = (SELECT waymark.organisation_id()) AND ("cases_task"."assignee_id" = (SELECT waymark.principal_id()) OR ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_task"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("cases_task"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_task"."case_id")) LIMIT 1 OFFSET 0) IS TRUE))) OR ("cases_task"."case_id" IS NULL AND (SELECT waymark.may('referral.read_in')))))) WITH CHECK (("cases_task"."organisation_id" = (SELECT waymark.organisation_id()) AND ("cases_task"."assignee_id" = (SELECT waymark.principal_id()) OR ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_task"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("cases_task"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_task"."case_id")) LIMIT 1 OFFSET 0) IS TRUE))) OR ("cases_task"."case_id" IS NULL AND (SELECT waymark.may('referral.read_in'))))));
DROP POLICY IF EXISTS app_delete ON cases_task;
REVOKE ALL ON cases_task FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON cases_task TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_task TO waymark_worker;

-- cases.TraffickingStatus
ALTER TABLE cases_traffickingstatus ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_traffickingstatus FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON cases_traffickingstatus;
CREATE POLICY owner ON cases_traffickingstatus FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON cases_traffickingstatus;
CREATE POLICY worker ON cases_traffickingstatus FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON cases_traffickingstatus;
CREATE POLICY app_select ON cases_traffickingstatus FOR SELECT TO waymark_app
    USING ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_traffickingstatus"."case_id")) LIMIT 1 OFFSET 0) IS TRUE));
DROP POLICY IF EXISTS app_insert ON cases_traffickingstatus;
CREATE POLICY app_insert ON cases_traffickingstatus FOR INSERT TO waymark_app
    WITH CHECK (("cases_traffickingstatus"."organisation_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("cases_traffickingstatus"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("cases_traffickingstatus"."status" = 'possible' OR "cases_traffickingstatus"."organisation_id" IN (SELECT U0."id" AS "pk" FROM "partners_organisation" U0 WHERE U0."may_identify_victims"))));
DROP POLICY IF EXISTS app_update ON cases_traffickingstatus;
DROP POLICY IF EXISTS app_delete ON cases_traffickingstatus;
REVOKE ALL ON cases_traffickingstatus FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT ON cases_traffickingstatus TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_traffickingstatus TO waymark_worker;

-- core.Event
ALTER TABLE core_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE core_event FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON core_event;
CREATE POLICY owner ON core_event FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON core_event;
CREATE POLICY worker ON core_event FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON core_event;
CREATE POLICY app_select ON core_event FOR SELECT TO waymark_app
    USING (("core_event"."organisation_ids" @> (ARRAY[(SELECT waymark.organisation_id())])::uuid[] AND (SELECT waymark.may('event.read'))));
DROP POLICY IF EXISTS app_insert ON core_event;
CREATE POLICY app_insert ON core_event FOR INSERT TO waymark_app
    WITH CHECK ("core_event"."actor_organisation_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_update ON core_event;
DROP POLICY IF EXISTS app_delete ON core_event;
REVOKE ALL ON core_event FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT ON core_event TO waymark_app;
GRANT SELECT, INSERT ON core_event TO waymark_worker;

-- core.Feed
ALTER TABLE core_feed ENABLE ROW LEVEL SECURITY;
ALTER TABLE core_feed FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON core_feed;
CREATE POLICY owner ON core_feed FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON core_feed;
CREATE POLICY worker ON core_feed FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON core_feed;
CREATE POLICY app_select ON core_feed FOR SELECT TO waymark_app
    USING (("core_feed"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('event.read'))));
DROP POLICY IF EXISTS app_insert ON core_feed;
DROP POLICY IF EXISTS app_update ON core_feed;
DROP POLICY IF EXISTS app_delete ON core_feed;
REVOKE ALL ON core_feed FROM waymark_app, waymark_worker;
GRANT SELECT ON core_feed TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON core_feed TO waymark_worker;

-- core.IdempotentAnswer
ALTER TABLE core_idempotentanswer ENABLE ROW LEVEL SECURITY;
ALTER TABLE core_idempotentanswer FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON core_idempotentanswer;
CREATE POLICY owner ON core_idempotentanswer FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON core_idempotentanswer;
CREATE POLICY worker ON core_idempotentanswer FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON core_idempotentanswer;
CREATE POLICY app_select ON core_idempotentanswer FOR SELECT TO waymark_app
    USING (("core_idempotentanswer"."organisation_id" = (SELECT waymark.organisation_id()) AND "core_idempotentanswer"."principal_id" = (SELECT waymark.principal_id())));
DROP POLICY IF EXISTS app_insert ON core_idempotentanswer;
CREATE POLICY app_insert ON core_idempotentanswer FOR INSERT TO waymark_app
    WITH CHECK (("core_idempotentanswer"."organisation_id" = (SELECT waymark.organisation_id()) AND "core_idempotentanswer"."principal_id" = (SELECT waymark.principal_id())));
DROP POLICY IF EXISTS app_update ON core_idempotentanswer;
CREATE POLICY app_update ON core_idempotentanswer FOR UPDATE TO waymark_app
    USING (("core_idempotentanswer"."organisation_id" = (SELECT waymark.organisation_id()) AND "core_idempotentanswer"."principal_id" = (SELECT waymark.principal_id()))) WITH CHECK (("core_idempotentanswer"."organisation_id" = (SELECT waymark.organisation_id()) AND "core_idempotentanswer"."principal_id" = (SELECT waymark.principal_id())));
DROP POLICY IF EXISTS app_delete ON core_idempotentanswer;
REVOKE ALL ON core_idempotentanswer FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON core_idempotentanswer TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON core_idempotentanswer TO waymark_worker;

-- core.Outbox
ALTER TABLE core_outbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE core_outbox FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON core_outbox;
CREATE POLICY owner ON core_outbox FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON core_outbox;
CREATE POLICY worker ON core_outbox FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON core_outbox;
DROP POLICY IF EXISTS app_insert ON core_outbox;
CREATE POLICY app_insert ON core_outbox FOR INSERT TO waymark_app
    WITH CHECK ("core_outbox"."id" IS NOT NULL);
DROP POLICY IF EXISTS app_update ON core_outbox;
DROP POLICY IF EXISTS app_delete ON core_outbox;
REVOKE ALL ON core_outbox FROM waymark_app, waymark_worker;
GRANT INSERT ON core_outbox TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON core_outbox TO waymark_worker;

-- core.Reading
ALTER TABLE core_reading ENABLE ROW LEVEL SECURITY;
ALTER TABLE core_reading FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON core_reading;
CREATE POLICY owner ON core_reading FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON core_reading;
CREATE POLICY worker ON core_reading FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON core_reading;
CREATE POLICY app_select ON core_reading FOR SELECT TO waymark_app
    USING (("core_reading"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('audit.read'))));
DROP POLICY IF EXISTS app_insert ON core_reading;
CREATE POLICY app_insert ON core_reading FOR INSERT TO waymark_app
    WITH CHECK (("core_reading"."organisation_id" = (SELECT waymark.organisation_id()) AND "core_reading"."user_id" = (SELECT waymark.user_id())));
DROP POLICY IF EXISTS app_update ON core_reading;
DROP POLICY IF EXISTS app_delete ON core_reading;
REVOKE ALL ON core_reading FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT ON core_reading TO waymark_app;
GRANT SELECT, INSERT ON core_reading TO waymark_worker;

-- core.SavedView
ALTER TABLE core_savedview ENABLE ROW LEVEL SECURITY;
ALTER TABLE core_savedview FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON core_savedview;
CREATE POLICY owner ON core_savedview FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON core_savedview;
CREATE POLICY worker ON core_savedview FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON core_savedview;
CREATE POLICY app_select ON core_savedview FOR SELECT TO waymark_app
    USING (("core_savedview"."organisation_id" = (SELECT waymark.organisation_id()) AND "core_savedview"."principal_id" = (SELECT waymark.principal_id())));
DROP POLICY IF EXISTS app_insert ON core_savedview;
CREATE POLICY app_insert ON core_savedview FOR INSERT TO waymark_app
    WITH CHECK (("core_savedview"."organisation_id" = (SELECT waymark.organisation_id()) AND "core_savedview"."principal_id" = (SELECT waymark.principal_id())));
DROP POLICY IF EXISTS app_update ON core_savedview;
DROP POLICY IF EXISTS app_delete ON core_savedview;
CREATE POLICY app_delete ON core_savedview FOR DELETE TO waymark_app
    USING (("core_savedview"."organisation_id" = (SELECT waymark.organisation_id()) AND "core_savedview"."principal_id" = (SELECT waymark.principal_id())));
REVOKE ALL ON core_savedview FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, DELETE ON core_savedview TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON core_savedview TO waymark_worker;

-- notifications.CalendarFeed
ALTER TABLE notifications_calendarfeed ENABLE ROW LEVEL SECURITY;
ALTER TABLE notifications_calendarfeed FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON notifications_calendarfeed;
CREATE POLICY owner ON notifications_calendarfeed FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON notifications_calendarfeed;
CREATE POLICY worker ON notifications_calendarfeed FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON notifications_calendarfeed;
CREATE POLICY app_select ON notifications_calendarfeed FOR SELECT TO waymark_app
    USING (("notifications_calendarfeed"."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('notice.read'))));
DROP POLICY IF EXISTS app_insert ON notifications_calendarfeed;
CREATE POLICY app_insert ON notifications_calendarfeed FOR INSERT TO waymark_app
    WITH CHECK (("notifications_calendarfeed"."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('notice.read'))));
DROP POLICY IF EXISTS app_update ON notifications_calendarfeed;
CREATE POLICY app_update ON notifications_calendarfeed FOR UPDATE TO waymark_app
    USING (("notifications_calendarfeed"."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('notice.read')))) WITH CHECK (("notifications_calendarfeed"."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('notice.read'))));
DROP POLICY IF EXISTS app_delete ON notifications_calendarfeed;
CREATE POLICY app_delete ON notifications_calendarfeed FOR DELETE TO waymark_app
    USING (("notifications_calendarfeed"."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('notice.read'))));
REVOKE ALL ON notifications_calendarfeed FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON notifications_calendarfeed TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON notifications_calendarfeed TO waymark_worker;

-- notifications.ClientMessage
ALTER TABLE notifications_clientmessage ENABLE ROW LEVEL SECURITY;
ALTER TABLE notifications_clientmessage FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON notifications_clientmessage;
CREATE POLICY owner ON notifications_clientmessage FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON notifications_clientmessage;
CREATE POLICY worker ON notifications_clientmessage FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON notifications_clientmessage;
CREATE POLICY app_select ON notifications_clientmessage FOR SELECT TO waymark_app
    USING (("notifications_clientmessage"."organisation_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("notifications_clientmessage"."case_id")) LIMIT 1 OFFSET 0) IS TRUE)));
DROP POLICY IF EXISTS app_insert ON notifications_clientmessage;
CREATE POLICY app_insert ON notifications_clientmessage FOR INSERT TO waymark_app
    WITH CHECK (("notifications_clientmessage"."organisation_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("notifications_clientmessage"."case_id")) LIMIT 1 OFFSET 0) IS TRUE)));
DROP POLICY IF EXISTS app_update ON notifications_clientmessage;
DROP POLICY IF EXISTS app_delete ON notifications_clientmessage;
REVOKE ALL ON notifications_clientmessage FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT ON notifications_clientmessage TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON notifications_clientmessage TO waymark_worker;

-- notifications.Delivery
ALTER TABLE notifications_delivery ENABLE ROW LEVEL SECURITY;
ALTER TABLE notifications_delivery FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON notifications_delivery;
CREATE POLICY owner ON notifications_delivery FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON notifications_delivery;
CREATE POLICY worker ON notifications_delivery FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON notifications_delivery;
CREATE POLICY app_select ON notifications_delivery FOR SELECT TO waymark_app
    USING ((("notifications_delivery"."recipient_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('notice.read'))) OR ("notifications_delivery"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('webhook.manage')))));
DROP POLICY IF EXISTS app_insert ON notifications_delivery;
DROP POLICY IF EXISTS app_update ON notifications_delivery;
CREATE POLICY app_update ON notifications_delivery FOR UPDATE TO waymark_app
    USING (("notifications_delivery"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('webhook.manage')))) WITH CHECK (("notifications_delivery"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('webhook.manage'))));
DROP POLICY IF EXISTS app_delete ON notifications_delivery;
REVOKE ALL ON notifications_delivery FROM waymark_app, waymark_worker;
GRANT SELECT, UPDATE ON notifications_delivery TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON notifications_delivery TO waymark_worker;

-- notifications.Notice
ALTER TABLE notifications_notice ENABLE ROW LEVEL SECURITY;
ALTER TABLE notifications_notice FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON notifications_notice;
CREATE POLICY owner ON notifications_notice FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON notifications_notice;
CREATE POLICY worker ON notifications_notice FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON notifications_notice;
CREATE POLICY app_select ON notifications_notice FOR SELECT TO waymark_app
    USING (("notifications_notice"."recipient_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('notice.read'))));
DROP POLICY IF EXISTS app_insert ON notifications_notice;
DROP POLICY IF EXISTS app_update ON notifications_notice;
CREATE POLICY app_update ON notifications_notice FOR UPDATE TO waymark_app
    USING (("notifications_notice"."recipient_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('notice.read')))) WITH CHECK (("notifications_notice"."recipient_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('notice.read'))));
DROP POLICY IF EXISTS app_delete ON notifications_notice;
REVOKE ALL ON notifications_notice FROM waymark_app, waymark_worker;
GRANT SELECT, UPDATE ON notifications_notice TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON notifications_notice TO waymark_worker;

-- notifications.Preference
ALTER TABLE notifications_preference ENABLE ROW LEVEL SECURITY;
ALTER TABLE notifications_preference FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON notifications_preference;
CREATE POLICY owner ON notifications_preference FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON notifications_preference;
CREATE POLICY worker ON notifications_preference FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON notifications_preference;
CREATE POLICY app_select ON notifications_preference FOR SELECT TO waymark_app
    USING (("notifications_preference"."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('notice.read'))));
DROP POLICY IF EXISTS app_insert ON notifications_preference;
CREATE POLICY app_insert ON notifications_preference FOR INSERT TO waymark_app
    WITH CHECK (("notifications_preference"."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('notice.read'))));
DROP POLICY IF EXISTS app_update ON notifications_preference;
CREATE POLICY app_update ON notifications_preference FOR UPDATE TO waymark_app
    USING (("notifications_preference"."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('notice.read')))) WITH CHECK (("notifications_preference"."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('notice.read'))));
DROP POLICY IF EXISTS app_delete ON notifications_preference;
REVOKE ALL ON notifications_preference FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON notifications_preference TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON notifications_preference TO waymark_worker;

-- notifications.PushSubscription
ALTER TABLE notifications_pushsubscription ENABLE ROW LEVEL SECURITY;
ALTER TABLE notifications_pushsubscription FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON notifications_pushsubscription;
CREATE POLICY owner ON notifications_pushsubscription FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON notifications_pushsubscription;
CREATE POLICY worker ON notifications_pushsubscription FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON notifications_pushsubscription;
CREATE POLICY app_select ON notifications_pushsubscription FOR SELECT TO waymark_app
    USING (("notifications_pushsubscription"."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('notice.read'))));
DROP POLICY IF EXISTS app_insert ON notifications_pushsubscription;
CREATE POLICY app_insert ON notifications_pushsubscription FOR INSERT TO waymark_app
    WITH CHECK (("notifications_pushsubscription"."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('notice.read'))));
DROP POLICY IF EXISTS app_update ON notifications_pushsubscription;
CREATE POLICY app_update ON notifications_pushsubscription FOR UPDATE TO waymark_app
    USING (("notifications_pushsubscription"."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('notice.read')))) WITH CHECK (("notifications_pushsubscription"."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('notice.read'))));
DROP POLICY IF EXISTS app_delete ON notifications_pushsubscription;
REVOKE ALL ON notifications_pushsubscription FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON notifications_pushsubscription TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON notifications_pushsubscription TO waymark_worker;

-- notifications.Untold
ALTER TABLE notifications_untold ENABLE ROW LEVEL SECURITY;
ALTER TABLE notifications_untold FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON notifications_untold;
CREATE POLICY owner ON notifications_untold FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON notifications_untold;
CREATE POLICY worker ON notifications_untold FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON notifications_untold;
CREATE POLICY app_select ON notifications_untold FOR SELECT TO waymark_app
    USING ((("notifications_untold"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('board.read'))) OR (SELECT waymark.may('network.read'))));
DROP POLICY IF EXISTS app_insert ON notifications_untold;
DROP POLICY IF EXISTS app_update ON notifications_untold;
CREATE POLICY app_update ON notifications_untold FOR UPDATE TO waymark_app
    USING ((("notifications_untold"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('board.read'))) OR (SELECT waymark.may('network.read')))) WITH CHECK ((("notifications_untold"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('board.read'))) OR (SELECT waymark.may('network.read'))));
DROP POLICY IF EXISTS app_delete ON notifications_untold;
REVOKE ALL ON notifications_untold FROM waymark_app, waymark_worker;
GRANT SELECT, UPDATE ON notifications_untold TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON notifications_untold TO waymark_worker;

-- notifications.WebhookEndpoint
ALTER TABLE notifications_webhookendpoint ENABLE ROW LEVEL SECURITY;
ALTER TABLE notifications_webhookendpoint FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON notifications_webhookendpoint;
CREATE POLICY owner ON notifications_webhookendpoint FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON notifications_webhookendpoint;
CREATE POLICY worker ON notifications_webhookendpoint FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON notifications_webhookendpoint;
CREATE POLICY app_select ON notifications_webhookendpoint FOR SELECT TO waymark_app
    USING (("notifications_webhookendpoint"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('webhook.manage'))));
DROP POLICY IF EXISTS app_insert ON notifications_webhookendpoint;
CREATE POLICY app_insert ON notifications_webhookendpoint FOR INSERT TO waymark_app
    WITH CHECK (("notifications_webhookendpoint"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('webhook.manage'))));
DROP POLICY IF EXISTS app_update ON notifications_webhookendpoint;
CREATE POLICY app_update ON notifications_webhookendpoint FOR UPDATE TO waymark_app
    USING (("notifications_webhookendpoint"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('webhook.manage')))) WITH CHECK (("notifications_webhookendpoint"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('webhook.manage'))));
DROP POLICY IF EXISTS app_delete ON notifications_webhookendpoint;
REVOKE ALL ON notifications_webhookendpoint FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON notifications_webhookendpoint TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON notifications_webhookendpoint TO waymark_worker;

-- partners.AccountClaim
ALTER TABLE partners_accountclaim ENABLE ROW LEVEL SECURITY;
ALTER TABLE partners_accountclaim FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON partners_accountclaim;
CREATE POLICY owner ON partners_accountclaim FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON partners_accountclaim;
CREATE POLICY worker ON partners_accountclaim FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON partners_accountclaim;
CREATE POLICY app_select ON partners_accountclaim FOR SELECT TO waymark_app
    USING ((("partners_accountclaim"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('member.manage'))) OR (SELECT waymark.may('organisation.approve'))));
DROP POLICY IF EXISTS app_insert ON partners_accountclaim;
CREATE POLICY app_insert ON partners_accountclaim FOR INSERT TO waymark_app
    WITH CHECK (("partners_accountclaim"."organisation_id" = (SELECT waymark.organisation_id()) AND "partners_accountclaim"."id" = (SELECT waymark.principal_id()) AND "partners_accountclaim"."status" = 'asked' AND (SELECT waymark.may('account.ask'))));
DROP POLICY IF EXISTS app_update ON partners_accountclaim;
CREATE POLICY app_update ON partners_accountclaim FOR UPDATE TO waymark_app
    USING ((("partners_accountclaim"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('member.manage'))) OR (SELECT waymark.may('organisation.approve')))) WITH CHECK ((("partners_accountclaim"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('member.manage'))) OR (SELECT waymark.may('organisation.approve'))));
DROP POLICY IF EXISTS app_delete ON partners_accountclaim;
REVOKE ALL ON partners_accountclaim FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON partners_accountclaim TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON partners_accountclaim TO waymark_worker;

-- partners.Agreement
ALTER TABLE partners_agreement ENABLE ROW LEVEL SECURITY;
ALTER TABLE partners_agreement FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON partners_agreement;
CREATE POLICY owner ON partners_agreement FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON partners_agreement;
CREATE POLICY worker ON partners_agreement FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON partners_agreement;
CREATE POLICY app_select ON partners_agreement FOR SELECT TO waymark_app
    USING ((("partners_agreement"."organisation_ids" @> (ARRAY[(SELECT waymark.organisation_id())])::uuid[] AND NOT ((SELECT waymark.may('referral.answer_linked')))) OR (SELECT waymark.may('network.read'))));
DROP POLICY IF EXISTS app_insert ON partners_agreement;
CREATE POLICY app_insert ON partners_agreement FOR INSERT TO waymark_app
    WITH CHECK ((SELECT waymark.may('agreement.write')));
DROP POLICY IF EXISTS app_update ON partners_agreement;
CREATE POLICY app_update ON partners_agreement FOR UPDATE TO waymark_app
    USING (((SELECT waymark.may('agreement.write')) OR ("partners_agreement"."organisation_ids" @> (ARRAY[(SELECT waymark.organisation_id())])::uuid[] AND (SELECT waymark.may('agreement.confirm'))))) WITH CHECK (((SELECT waymark.may('agreement.write')) OR ("partners_agreement"."organisation_ids" @> (ARRAY[(SELECT waymark.organisation_id())])::uuid[] AND (SELECT waymark.may('agreement.confirm')))));
DROP POLICY IF EXISTS app_delete ON partners_agreement;
REVOKE ALL ON partners_agreement FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON partners_agreement TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON partners_agreement TO waymark_worker;

-- partners.AgreementConfirmation
ALTER TABLE partners_agreementconfirmation ENABLE ROW LEVEL SECURITY;
ALTER TABLE partners_agreementconfirmation FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON partners_agreementconfirmation;
CREATE POLICY owner ON partners_agreementconfirmation FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON partners_agreementconfirmation;
CREATE POLICY worker ON partners_agreementconfirmation FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON partners_agreementconfirmation;
CREATE POLICY app_select ON partners_agreementconfirmation FOR SELECT TO waymark_app
    USING ("partners_agreementconfirmation"."agreement_id" IN (SELECT U0."id" AS "id" FROM "partners_agreement" U0 WHERE ((U0."organisation_ids" @> (ARRAY[(SELECT waymark.organisation_id())])::uuid[] AND NOT ((SELECT waymark.may('referral.answer_linked')))) OR (SELECT waymark.may('network.read')))));
DROP POLICY IF EXISTS app_insert ON partners_agreementconfirmation;
CREATE POLICY app_insert ON partners_agreementconfirmation FOR INSERT TO waymark_app
    WITH CHECK (("partners_agreementconfirmation"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('agreement.confirm'))));
DROP POLICY IF EXISTS app_update ON partners_agreementconfirmation;
DROP POLICY IF EXISTS app_delete ON partners_agreementconfirmation;
REVOKE ALL ON partners_agreementconfirmation FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT ON partners_agreementconfirmation TO waymark_app;
GRANT SELECT, INSERT ON partners_agreementconfirmation TO waymark_worker;

-- partners.ApiToken
ALTER TABLE partners_apitoken ENABLE ROW LEVEL SECURITY;
ALTER TABLE partners_apitoken FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON partners_apitoken;
CREATE POLICY owner ON partners_apitoken FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON partners_apitoken;
CREATE POLICY worker ON partners_apitoken FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON partners_apitoken;
CREATE POLICY app_select ON partners_apitoken FOR SELECT TO waymark_app
    USING (("partners_apitoken"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('token.manage'))));
DROP POLICY IF EXISTS app_insert ON partners_apitoken;
CREATE POLICY app_insert ON partners_apitoken FOR INSERT TO waymark_app
    WITH CHECK (("partners_apitoken"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('token.manage'))));
DROP POLICY IF EXISTS app_update ON partners_apitoken;
CREATE POLICY app_update ON partners_apitoken FOR UPDATE TO waymark_app
    USING (("partners_apitoken"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('token.manage')))) WITH CHECK (("partners_apitoken"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('token.manage'))));
DROP POLICY IF EXISTS app_delete ON partners_apitoken;
REVOKE ALL ON partners_apitoken FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON partners_apitoken TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON partners_apitoken TO waymark_worker;

-- partners.Location
ALTER TABLE partners_location ENABLE ROW LEVEL SECURITY;
ALTER TABLE partners_location FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON partners_location;
CREATE POLICY owner ON partners_location FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON partners_location;
CREATE POLICY worker ON partners_location FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON partners_location;
CREATE POLICY app_select ON partners_location FOR SELECT TO waymark_app
    USING ((NOT "partners_location"."confidential" OR ("partners_location"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('place.read_safe')))));
DROP POLICY IF EXISTS app_insert ON partners_location;
CREATE POLICY app_insert ON partners_location FOR INSERT TO waymark_app
    WITH CHECK ((("partners_location"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('service.manage'))) OR (NOT "partners_location"."confidential" AND (SELECT waymark.may('directory.import')))));
DROP POLICY IF EXISTS app_update ON partners_location;
CREATE POLICY app_update ON partners_location FOR UPDATE TO waymark_app
    USING ((("partners_location"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('service.manage'))) OR (NOT "partners_location"."confidential" AND (SELECT waymark.may('directory.import'))))) WITH CHECK ((("partners_location"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('service.manage'))) OR (NOT "partners_location"."confidential" AND (SELECT waymark.may('directory.import')))));
DROP POLICY IF EXISTS app_delete ON partners_location;
CREATE POLICY app_delete ON partners_location FOR DELETE TO waymark_app
    USING ((("partners_location"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('service.manage'))) OR (NOT "partners_location"."confidential" AND (SELECT waymark.may('directory.import')))));
REVOKE ALL ON partners_location FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON partners_location TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON partners_location TO waymark_worker;

-- partners.Member
ALTER TABLE partners_member ENABLE ROW LEVEL SECURITY;
ALTER TABLE partners_member FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON partners_member;
CREATE POLICY owner ON partners_member FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON partners_member;
CREATE POLICY worker ON partners_member FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON partners_member;
CREATE POLICY app_select ON partners_member FOR SELECT TO waymark_app
    USING (("partners_member"."user_id" = (SELECT waymark.user_id()) OR ("partners_member"."organisation_id" = (SELECT waymark.organisation_id()) AND NOT ((SELECT waymark.may('referral.answer_linked'))))));
DROP POLICY IF EXISTS app_insert ON partners_member;
CREATE POLICY app_insert ON partners_member FOR INSERT TO waymark_app
    WITH CHECK (("partners_member"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('member.manage'))));
DROP POLICY IF EXISTS app_update ON partners_member;
CREATE POLICY app_update ON partners_member FOR UPDATE TO waymark_app
    USING (("partners_member"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('member.manage')))) WITH CHECK (("partners_member"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('member.manage'))));
DROP POLICY IF EXISTS app_delete ON partners_member;
REVOKE ALL ON partners_member FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON partners_member TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON partners_member TO waymark_worker;

-- partners.Proposal
ALTER TABLE partners_proposal ENABLE ROW LEVEL SECURITY;
ALTER TABLE partners_proposal FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON partners_proposal;
CREATE POLICY owner ON partners_proposal FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON partners_proposal;
CREATE POLICY worker ON partners_proposal FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON partners_proposal;
CREATE POLICY app_select ON partners_proposal FOR SELECT TO waymark_app
    USING ((("partners_proposal"."proposer_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('directory.read'))) OR (SELECT waymark.may('organisation.approve'))));
DROP POLICY IF EXISTS app_insert ON partners_proposal;
CREATE POLICY app_insert ON partners_proposal FOR INSERT TO waymark_app
    WITH CHECK (("partners_proposal"."proposer_id" = (SELECT waymark.organisation_id()) AND "partners_proposal"."status" = 'proposed'));
DROP POLICY IF EXISTS app_update ON partners_proposal;
CREATE POLICY app_update ON partners_proposal FOR UPDATE TO waymark_app
    USING ((SELECT waymark.may('organisation.approve'))) WITH CHECK ((SELECT waymark.may('organisation.approve')));
DROP POLICY IF EXISTS app_delete ON partners_proposal;
REVOKE ALL ON partners_proposal FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON partners_proposal TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON partners_proposal TO waymark_worker;

-- partners.ServiceChange
ALTER TABLE partners_servicechange ENABLE ROW LEVEL SECURITY;
ALTER TABLE partners_servicechange FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON partners_servicechange;
CREATE POLICY owner ON partners_servicechange FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON partners_servicechange;
CREATE POLICY worker ON partners_servicechange FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON partners_servicechange;
CREATE POLICY app_select ON partners_servicechange FOR SELECT TO waymark_app
    USING (("partners_servicechange"."organisation_id" = (SELECT waymark.organisation_id()) OR (SELECT waymark.may('network.read'))));
DROP POLICY IF EXISTS app_insert ON partners_servicechange;
CREATE POLICY app_insert ON partners_servicechange FOR INSERT TO waymark_app
    WITH CHECK (("partners_servicechange"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('service.manage'))));
DROP POLICY IF EXISTS app_update ON partners_servicechange;
DROP POLICY IF EXISTS app_delete ON partners_servicechange;
REVOKE ALL ON partners_servicechange FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT ON partners_servicechange TO waymark_app;
GRANT SELECT, INSERT ON partners_servicechange TO waymark_worker;

-- partners.Upkeep
ALTER TABLE partners_upkeep ENABLE ROW LEVEL SECURITY;
ALTER TABLE partners_upkeep FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON partners_upkeep;
CREATE POLICY owner ON partners_upkeep FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON partners_upkeep;
CREATE POLICY worker ON partners_upkeep FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON partners_upkeep;
CREATE POLICY app_select ON partners_upkeep FOR SELECT TO waymark_app
    USING (("partners_upkeep"."organisation_id" = (SELECT waymark.organisation_id()) OR (SELECT waymark.may('network.read'))));
DROP POLICY IF EXISTS app_insert ON partners_upkeep;
CREATE POLICY app_insert ON partners_upkeep FOR INSERT TO waymark_app
    WITH CHECK (("partners_upkeep"."organisation_id" = (SELECT waymark.organisation_id()) OR (SELECT waymark.may('agreement.write'))));
DROP POLICY IF EXISTS app_update ON partners_upkeep;
CREATE POLICY app_update ON partners_upkeep FOR UPDATE TO waymark_app
    USING (("partners_upkeep"."organisation_id" = (SELECT waymark.organisation_id()) OR (SELECT waymark.may('agreement.write')))) WITH CHECK (("partners_upkeep"."organisation_id" = (SELECT waymark.organisation_id()) OR (SELECT waymark.may('agreement.write'))));
DROP POLICY IF EXISTS app_delete ON partners_upkeep;
REVOKE ALL ON partners_upkeep FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON partners_upkeep TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON partners_upkeep TO waymark_worker;

-- referral.Amendment
ALTER TABLE referral_amendment ENABLE ROW LEVEL SECURITY;
ALTER TABLE referral_amendment FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON referral_amendment;
CREATE POLICY owner ON referral_amendment FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON referral_amendment;
CREATE POLICY worker ON referral_amendment FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON referral_amendment;
CREATE POLICY app_select ON referral_amendment FOR SELECT TO waymark_app
    USING (((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'packet' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."referral_id" IS NOT NULL AND U0."referral_id" = ("referral_amendment"."referral_id")) LIMIT 1) AND ((SELECT waymark.may('referral.read_in')) OR "referral_amendment"."referral_id" IN (SELECT V0."id" AS "pk" FROM "referral_referral" V0 WHERE (V0."receiver_id" = (SELECT waymark.organisation_id()) AND NOT (V0."state" IN ('draft', 'entered_in_error', 'pending_approval')) AND ((SELECT waymark.may('referral.read_in')) OR (V0."worker_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('referral.read_assigned'))) OR ((SELECT waymark.may('referral.answer_linked')) AND V0."id" IN (SELECT U0."referral_id" AS "referral_id" FROM "referral_answerlink" U0 WHERE (U0."id" = (SELECT waymark.principal_id()) AND U0."withdrawn_at" IS NULL)))))))) OR "referral_amendment"."referral_id" IN (SELECT V0."id" AS "pk" FROM "referral_referral" V0 WHERE (V0."sender_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND (V0."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = (V0."case_id")) LIMIT 1 OFFSET 0) IS TRUE))))));
DROP POLICY IF EXISTS app_insert ON referral_amendment;
CREATE POLICY app_insert ON referral_amendment FOR INSERT TO waymark_app
    WITH CHECK ("referral_amendment"."sender_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_update ON referral_amendment;
CREATE POLICY app_update ON referral_amendment FOR UPDATE TO waymark_app
    USING (("referral_amendment"."receiver_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'packet' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."referral_id" IS NOT NULL AND U0."referral_id" = ("referral_amendment"."referral_id")) LIMIT 1) AND ((SELECT waymark.may('referral.read_in')) OR "referral_amendment"."referral_id" IN (SELECT V0."id" AS "pk" FROM "referral_referral" V0 WHERE (V0."receiver_id" = (SELECT waymark.organisation_id()) AND NOT (V0."state" IN ('draft', 'entered_in_error', 'pending_approval')) AND ((SELECT waymark.may('referral.read_in')) OR (V0."worker_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('referral.read_assigned'))) OR ((SELECT waymark.may('referral.answer_linked')) AND V0."id" IN (SELECT U0."referral_id" AS "referral_id" FROM "referral_answerlink" U0 WHERE (U0."id" = (SELECT waymark.principal_id()) AND U0."withdrawn_at" IS NULL)))))))) OR "referral_amendment"."referral_id" IN (SELECT V0."id" AS "pk" FROM "referral_referral" V0 WHERE (V0."sender_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND (V0."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = (V0."case_id")) LIMIT 1 OFFSET 0) IS TRUE))))))) WITH CHECK (("referral_amendment"."receiver_id" = (SELECT waymark.organisation_id()) AND ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'packet' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."referral_id" IS NOT NULL AND U0."referral_id" = ("referral_amendment"."referral_id")) LIMIT 1) AND ((SELECT waymark.may('referral.read_in')) OR "referral_amendment"."referral_id" IN (SELECT V0."id" AS "pk" FROM "referral_referral" V0 WHERE (V0."receiver_id" = (SELECT waymark.organisation_id()) AND NOT (V0."state" IN ('draft', 'entered_in_error', 'pending_approval')) AND ((SELECT waymark.may('referral.read_in')) OR (V0."worker_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('referral.read_assigned'))) OR ((SELECT waymark.may('referral.answer_linked')) AND V0."id" IN (SELECT U0."referral_id" AS "referral_id" FROM "referral_answerlink" U0 WHERE (U0."id" = (SELECT waymark.principal_id()) AND U0."withdrawn_at" IS NULL)))))))) OR "referral_amendment"."referral_id" IN (SELECT V0."id" AS "pk" FROM "referral_referral" V0 WHERE (V0."sender_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND (V0."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = (V0."case_id")) LIMIT 1 OFFSET 0) IS TRUE)))))));
DROP POLICY IF EXISTS app_delete ON referral_amendment;
REVOKE ALL ON referral_amendment FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON referral_amendment TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON referral_amendment TO waymark_worker;

-- referral.AnswerLink
ALTER TABLE referral_answerlink ENABLE ROW LEVEL SECURITY;
ALTER TABLE referral_answerlink FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON referral_answerlink;
CREATE POLICY owner ON referral_answerlink FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON referral_answerlink;
CREATE POLICY worker ON referral_answerlink FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON referral_answerlink;
CREATE POLICY app_select ON referral_answerlink FOR SELECT TO waymark_app
    USING ((("referral_answerlink"."sender_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("referral_answerlink"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("referral_answerlink"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("referral_answerlink"."case_id")) LIMIT 1 OFFSET 0) IS TRUE))) OR ("referral_answerlink"."id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('referral.answer_linked')))));
DROP POLICY IF EXISTS app_insert ON referral_answerlink;
CREATE POLICY app_insert ON referral_answerlink FOR INSERT TO waymark_app
    WITH CHECK (("referral_answerlink"."sender_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("referral_answerlink"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("referral_answerlink"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("referral_answerlink"."case_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_update ON referral_answerlink;
CREATE POLICY app_update ON referral_answerlink FOR UPDATE TO waymark_app
    USING ((("referral_answerlink"."sender_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("referral_answerlink"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("referral_answerlink"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("referral_answerlink"."case_id")) LIMIT 1 OFFSET 0) IS TRUE))) OR ("referral_answerlink"."id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('referral.answer_linked'))))) WITH CHECK ((("referral_answerlink"."sender_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("referral_answerlink"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("referral_answerlink"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("referral_answerlink"."case_id")) LIMIT 1 OFFSET 0) IS TRUE))) OR ("referral_answerlink"."id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('referral.answer_linked')))));
DROP POLICY IF EXISTS app_delete ON referral_answerlink;
REVOKE ALL ON referral_answerlink FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON referral_answerlink TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON referral_answerlink TO waymark_worker;

-- referral.Batch
ALTER TABLE referral_batch ENABLE ROW LEVEL SECURITY;
ALTER TABLE referral_batch FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON referral_batch;
CREATE POLICY owner ON referral_batch FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON referral_batch;
CREATE POLICY worker ON referral_batch FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON referral_batch;
CREATE POLICY app_select ON referral_batch FOR SELECT TO waymark_app
    USING (("referral_batch"."organisation_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("referral_batch"."case_id")) LIMIT 1 OFFSET 0) IS TRUE)));
DROP POLICY IF EXISTS app_insert ON referral_batch;
CREATE POLICY app_insert ON referral_batch FOR INSERT TO waymark_app
    WITH CHECK ("referral_batch"."organisation_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_update ON referral_batch;
DROP POLICY IF EXISTS app_delete ON referral_batch;
REVOKE ALL ON referral_batch FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT ON referral_batch TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON referral_batch TO waymark_worker;

-- referral.BatchRow
ALTER TABLE referral_batchrow ENABLE ROW LEVEL SECURITY;
ALTER TABLE referral_batchrow FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON referral_batchrow;
CREATE POLICY owner ON referral_batchrow FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON referral_batchrow;
CREATE POLICY worker ON referral_batchrow FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON referral_batchrow;
CREATE POLICY app_select ON referral_batchrow FOR SELECT TO waymark_app
    USING (("referral_batchrow"."organisation_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("referral_batchrow"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("referral_batchrow"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("referral_batchrow"."case_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_insert ON referral_batchrow;
CREATE POLICY app_insert ON referral_batchrow FOR INSERT TO waymark_app
    WITH CHECK ("referral_batchrow"."organisation_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_update ON referral_batchrow;
DROP POLICY IF EXISTS app_delete ON referral_batchrow;
REVOKE ALL ON referral_batchrow FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT ON referral_batchrow TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON referral_batchrow TO waymark_worker;

-- referral.Correction
ALTER TABLE referral_correction ENABLE ROW LEVEL SECURITY;
ALTER TABLE referral_correction FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON referral_correction;
CREATE POLICY owner ON referral_correction FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON referral_correction;
CREATE POLICY worker ON referral_correction FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON referral_correction;
CREATE POLICY app_select ON referral_correction FOR SELECT TO waymark_app
    USING (("referral_correction"."organisation_id" = (SELECT waymark.organisation_id()) AND ((SELECT waymark.may('referral.answer')) OR (SELECT waymark.may('capacity.set')) OR (SELECT waymark.may('service.manage')) OR (SELECT waymark.may('referral.answer_assigned')))));
DROP POLICY IF EXISTS app_insert ON referral_correction;
CREATE POLICY app_insert ON referral_correction FOR INSERT TO waymark_app
    WITH CHECK (("referral_correction"."organisation_id" = (SELECT waymark.organisation_id()) AND ((SELECT waymark.may('referral.answer')) OR (SELECT waymark.may('capacity.set')) OR (SELECT waymark.may('service.manage')) OR (SELECT waymark.may('referral.answer_assigned')))));
DROP POLICY IF EXISTS app_update ON referral_correction;
CREATE POLICY app_update ON referral_correction FOR UPDATE TO waymark_app
    USING (("referral_correction"."organisation_id" = (SELECT waymark.organisation_id()) AND ((SELECT waymark.may('referral.answer')) OR (SELECT waymark.may('capacity.set')) OR (SELECT waymark.may('service.manage')) OR (SELECT waymark.may('referral.answer_assigned'))))) WITH CHECK (("referral_correction"."organisation_id" = (SELECT waymark.organisation_id()) AND ((SELECT waymark.may('referral.answer')) OR (SELECT waymark.may('capacity.set')) OR (SELECT waymark.may('service.manage')) OR (SELECT waymark.may('referral.answer_assigned')))));
DROP POLICY IF EXISTS app_delete ON referral_correction;
REVOKE ALL ON referral_correction FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON referral_correction TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON referral_correction TO waymark_worker;

-- referral.Deadline
ALTER TABLE referral_deadline ENABLE ROW LEVEL SECURITY;
ALTER TABLE referral_deadline FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON referral_deadline;
CREATE POLICY owner ON referral_deadline FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON referral_deadline;
CREATE POLICY worker ON referral_deadline FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON referral_deadline;
CREATE POLICY app_select ON referral_deadline FOR SELECT TO waymark_app
    USING ((("referral_deadline"."receiver_id" = (SELECT waymark.organisation_id()) AND ((SELECT waymark.may('referral.read_in')) OR (SELECT waymark.may('referral.read_assigned')) OR ((SELECT waymark.may('referral.answer_linked')) AND "referral_deadline"."referral_id" IN (SELECT U0."referral_id" AS "referral_id" FROM "referral_answerlink" U0 WHERE (U0."id" = (SELECT waymark.principal_id()) AND U0."withdrawn_at" IS NULL))))) OR ("referral_deadline"."sender_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('case.read'))) OR (SELECT waymark.may('referral.read_status'))));
DROP POLICY IF EXISTS app_insert ON referral_deadline;
CREATE POLICY app_insert ON referral_deadline FOR INSERT TO waymark_app
    WITH CHECK ((("referral_deadline"."receiver_id" = (SELECT waymark.organisation_id()) AND ((SELECT waymark.may('referral.read_in')) OR (SELECT waymark.may('referral.read_assigned')) OR ((SELECT waymark.may('referral.answer_linked')) AND "referral_deadline"."referral_id" IN (SELECT U0."referral_id" AS "referral_id" FROM "referral_answerlink" U0 WHERE (U0."id" = (SELECT waymark.principal_id()) AND U0."withdrawn_at" IS NULL))))) OR ("referral_deadline"."sender_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('case.read')))));
DROP POLICY IF EXISTS app_update ON referral_deadline;
CREATE POLICY app_update ON referral_deadline FOR UPDATE TO waymark_app
    USING ((("referral_deadline"."receiver_id" = (SELECT waymark.organisation_id()) AND ((SELECT waymark.may('referral.read_in')) OR (SELECT waymark.may('referral.read_assigned')) OR ((SELECT waymark.may('referral.answer_linked')) AND "referral_deadline"."referral_id" IN (SELECT U0."referral_id" AS "referral_id" FROM "referral_answerlink" U0 WHERE (U0."id" = (SELECT waymark.principal_id()) AND U0."withdrawn_at" IS NULL))))) OR ("referral_deadline"."sender_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('case.read'))))) WITH CHECK ((("referral_deadline"."receiver_id" = (SELECT waymark.organisation_id()) AND ((SELECT waymark.may('referral.read_in')) OR (SELECT waymark.may('referral.read_assigned')) OR ((SELECT waymark.may('referral.answer_linked')) AND "referral_deadline"."referral_id" IN (SELECT U0."referral_id" AS "referral_id" FROM "referral_answerlink" U0 WHERE (U0."id" = (SELECT waymark.principal_id()) AND U0."withdrawn_at" IS NULL))))) OR ("referral_deadline"."sender_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('case.read')))));
DROP POLICY IF EXISTS app_delete ON referral_deadline;
REVOKE ALL ON referral_deadline FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON referral_deadline TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON referral_deadline TO waymark_worker;

-- referral.Escalation
ALTER TABLE referral_escalation ENABLE ROW LEVEL SECURITY;
ALTER TABLE referral_escalation FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON referral_escalation;
CREATE POLICY owner ON referral_escalation FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON referral_escalation;
CREATE POLICY worker ON referral_escalation FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON referral_escalation;
CREATE POLICY app_select ON referral_escalation FOR SELECT TO waymark_app
    USING ((("referral_escalation"."receiver_id" = (SELECT waymark.organisation_id()) AND ((SELECT waymark.may('referral.read_in')) OR (SELECT waymark.may('referral.read_assigned')) OR ((SELECT waymark.may('referral.answer_linked')) AND "referral_escalation"."referral_id" IN (SELECT U0."referral_id" AS "referral_id" FROM "referral_answerlink" U0 WHERE (U0."id" = (SELECT waymark.principal_id()) AND U0."withdrawn_at" IS NULL))))) OR ("referral_escalation"."sender_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('case.read'))) OR (SELECT waymark.may('referral.read_status'))));
DROP POLICY IF EXISTS app_insert ON referral_escalation;
DROP POLICY IF EXISTS app_update ON referral_escalation;
DROP POLICY IF EXISTS app_delete ON referral_escalation;
REVOKE ALL ON referral_escalation FROM waymark_app, waymark_worker;
GRANT SELECT ON referral_escalation TO waymark_app;
GRANT SELECT, INSERT ON referral_escalation TO waymark_worker;

-- referral.MatchingWeights
ALTER TABLE referral_matchingweights ENABLE ROW LEVEL SECURITY;
ALTER TABLE referral_matchingweights FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON referral_matchingweights;
CREATE POLICY owner ON referral_matchingweights FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON referral_matchingweights;
CREATE POLICY worker ON referral_matchingweights FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON referral_matchingweights;
CREATE POLICY app_select ON referral_matchingweights FOR SELECT TO waymark_app
    USING ((SELECT waymark.may('directory.read')));
DROP POLICY IF EXISTS app_insert ON referral_matchingweights;
CREATE POLICY app_insert ON referral_matchingweights FOR INSERT TO waymark_app
    WITH CHECK ((SELECT waymark.may('matching.set')));
DROP POLICY IF EXISTS app_update ON referral_matchingweights;
DROP POLICY IF EXISTS app_delete ON referral_matchingweights;
REVOKE ALL ON referral_matchingweights FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT ON referral_matchingweights TO waymark_app;
GRANT SELECT, INSERT ON referral_matchingweights TO waymark_worker;

-- referral.Message
ALTER TABLE referral_message ENABLE ROW LEVEL SECURITY;
ALTER TABLE referral_message FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON referral_message;
CREATE POLICY owner ON referral_message FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON referral_message;
CREATE POLICY worker ON referral_message FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON referral_message;
CREATE POLICY app_select ON referral_message FOR SELECT TO waymark_app
    USING (((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'packet' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."referral_id" IS NOT NULL AND U0."referral_id" = ("referral_message"."referral_id")) LIMIT 1) AND ((SELECT waymark.may('referral.read_in')) OR "referral_message"."referral_id" IN (SELECT V0."id" AS "pk" FROM "referral_referral" V0 WHERE (V0."receiver_id" = (SELECT waymark.organisation_id()) AND NOT (V0."state" IN ('draft', 'entered_in_error', 'pending_approval')) AND ((SELECT waymark.may('referral.read_in')) OR (V0."worker_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('referral.read_assigned'))) OR ((SELECT waymark.may('referral.answer_linked')) AND V0."id" IN (SELECT U0."referral_id" AS "referral_id" FROM "referral_answerlink" U0 WHERE (U0."id" = (SELECT waymark.principal_id()) AND U0."withdrawn_at" IS NULL)))))))) OR "referral_message"."referral_id" IN (SELECT V0."id" AS "pk" FROM "referral_referral" V0 WHERE (V0."sender_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND (V0."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = (V0."case_id")) LIMIT 1 OFFSET 0) IS TRUE))))));
DROP POLICY IF EXISTS app_insert ON referral_message;
CREATE POLICY app_insert ON referral_message FOR INSERT TO waymark_app
    WITH CHECK ("referral_message"."author_organisation_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_update ON referral_message;
DROP POLICY IF EXISTS app_delete ON referral_message;
REVOKE ALL ON referral_message FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT ON referral_message TO waymark_app;
GRANT SELECT, INSERT ON referral_message TO waymark_worker;

-- referral.Packet
ALTER TABLE referral_packet ENABLE ROW LEVEL SECURITY;
ALTER TABLE referral_packet FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON referral_packet;
CREATE POLICY owner ON referral_packet FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON referral_packet;
CREATE POLICY worker ON referral_packet FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON referral_packet;
CREATE POLICY app_select ON referral_packet FOR SELECT TO waymark_app
    USING (((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'packet' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."referral_id" IS NOT NULL AND U0."referral_id" = ("referral_packet"."referral_id")) LIMIT 1) AND ((SELECT waymark.may('referral.read_in')) OR "referral_packet"."referral_id" IN (SELECT V0."id" AS "pk" FROM "referral_referral" V0 WHERE (V0."receiver_id" = (SELECT waymark.organisation_id()) AND NOT (V0."state" IN ('draft', 'entered_in_error', 'pending_approval')) AND ((SELECT waymark.may('referral.read_in')) OR (V0."worker_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('referral.read_assigned'))) OR ((SELECT waymark.may('referral.answer_linked')) AND V0."id" IN (SELECT U0."referral_id" AS "referral_id" FROM "referral_answerlink" U0 WHERE (U0."id" = (SELECT waymark.principal_id()) AND U0."withdrawn_at" IS NULL))))))) AND ("referral_packet"."stage" = 'now' OR waymark.accepted("referral_packet"."referral_id"))) OR "referral_packet"."referral_id" IN (SELECT V0."id" AS "pk" FROM "referral_referral" V0 WHERE (V0."sender_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND (V0."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = (V0."case_id")) LIMIT 1 OFFSET 0) IS TRUE))))));
DROP POLICY IF EXISTS app_insert ON referral_packet;
CREATE POLICY app_insert ON referral_packet FOR INSERT TO waymark_app
    WITH CHECK ("referral_packet"."sender_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_update ON referral_packet;
DROP POLICY IF EXISTS app_delete ON referral_packet;
REVOKE ALL ON referral_packet FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT ON referral_packet TO waymark_app;
GRANT SELECT, INSERT ON referral_packet TO waymark_worker;

-- referral.PhoneCall
ALTER TABLE referral_phonecall ENABLE ROW LEVEL SECURITY;
ALTER TABLE referral_phonecall FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON referral_phonecall;
CREATE POLICY owner ON referral_phonecall FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON referral_phonecall;
CREATE POLICY worker ON referral_phonecall FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON referral_phonecall;
CREATE POLICY app_select ON referral_phonecall FOR SELECT TO waymark_app
    USING ("referral_phonecall"."referral_id" IN (SELECT V0."id" AS "pk" FROM "referral_referral" V0 WHERE (V0."sender_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND (V0."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = (V0."case_id")) LIMIT 1 OFFSET 0) IS TRUE)))));
DROP POLICY IF EXISTS app_insert ON referral_phonecall;
CREATE POLICY app_insert ON referral_phonecall FOR INSERT TO waymark_app
    WITH CHECK ("referral_phonecall"."sender_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_update ON referral_phonecall;
DROP POLICY IF EXISTS app_delete ON referral_phonecall;
REVOKE ALL ON referral_phonecall FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT ON referral_phonecall TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON referral_phonecall TO waymark_worker;

-- referral.Referral
ALTER TABLE referral_referral ENABLE ROW LEVEL SECURITY;
ALTER TABLE referral_referral FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON referral_referral;
CREATE POLICY owner ON referral_referral FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON referral_referral;
CREATE POLICY worker ON referral_referral FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON referral_referral;
CREATE POLICY app_select ON referral_referral FOR SELECT TO waymark_app
    USING ((("referral_referral"."receiver_id" = (SELECT waymark.organisation_id()) AND NOT ("referral_referral"."state" IN ('draft', 'entered_in_error', 'pending_approval')) AND ((SELECT waymark.may('referral.read_in')) OR ("referral_referral"."worker_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('referral.read_assigned'))) OR ((SELECT waymark.may('referral.answer_linked')) AND "referral_referral"."id" IN (SELECT U0."referral_id" AS "referral_id" FROM "referral_answerlink" U0 WHERE (U0."id" = (SELECT waymark.principal_id()) AND U0."withdrawn_at" IS NULL))))) OR ("referral_referral"."sender_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("referral_referral"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("referral_referral"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("referral_referral"."case_id")) LIMIT 1 OFFSET 0) IS TRUE))) OR ("referral_referral"."sent_at" IS NOT NULL AND (SELECT waymark.may('referral.read_status')))));
DROP POLICY IF EXISTS app_insert ON referral_referral;
CREATE POLICY app_insert ON referral_referral FOR INSERT TO waymark_app
    WITH CHECK ("referral_referral"."sender_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_update ON referral_referral;
CREATE POLICY app_update ON referral_referral FOR UPDATE TO waymark_app
    USING ((("referral_referral"."receiver_id" = (SELECT waymark.organisation_id()) AND NOT ("referral_referral"."state" IN ('draft', 'entered_in_error', 'pending_approval')) AND ((SELECT waymark.may('referral.read_in')) OR ("referral_referral"."worker_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('referral.read_assigned'))) OR ((SELECT waymark.may('referral.answer_linked')) AND "referral_referral"."id" IN (SELECT U0."referral_id" AS "referral_id" FROM "referral_answerlink" U0 WHERE (U0."id" = (SELECT waymark.principal_id()) AND U0."withdrawn_at" IS NULL))))) OR ("referral_referral"."sender_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("referral_referral"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("referral_referral"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("referral_referral"."case_id")) LIMIT 1 OFFSET 0) IS TRUE))))) WITH CHECK ((("referral_referral"."receiver_id" = (SELECT waymark.organisation_id()) AND NOT ("referral_referral"."state" IN ('draft', 'entered_in_error', 'pending_approval')) AND ((SELECT waymark.may('referral.read_in')) OR ("referral_referral"."worker_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('referral.read_assigned'))) OR ((SELECT waymark.may('referral.answer_linked')) AND "referral_referral"."id" IN (SELECT U0."referral_id" AS "referral_id" FROM "referral_answerlink" U0 WHERE (U0."id" = (SELECT waymark.principal_id()) AND U0."withdrawn_at" IS NULL))))) OR ("referral_referral"."sender_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("referral_referral"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("referral_referral"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("referral_referral"."case_id")) LIMIT 1 OFFSET 0) IS TRUE)))));
DROP POLICY IF EXISTS app_delete ON referral_referral;
REVOKE ALL ON referral_referral FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON referral_referral TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON referral_referral TO waymark_worker;

-- referral.Route
ALTER TABLE referral_route ENABLE ROW LEVEL SECURITY;
ALTER TABLE referral_route FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON referral_route;
CREATE POLICY owner ON referral_route FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON referral_route;
CREATE POLICY worker ON referral_route FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON referral_route;
CREATE POLICY app_select ON referral_route FOR SELECT TO waymark_app
    USING (("referral_route"."organisation_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("referral_route"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("referral_route"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("referral_route"."case_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_insert ON referral_route;
CREATE POLICY app_insert ON referral_route FOR INSERT TO waymark_app
    WITH CHECK ("referral_route"."organisation_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_update ON referral_route;
CREATE POLICY app_update ON referral_route FOR UPDATE TO waymark_app
    USING (("referral_route"."organisation_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("referral_route"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("referral_route"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("referral_route"."case_id")) LIMIT 1 OFFSET 0) IS TRUE)))) WITH CHECK (("referral_route"."organisation_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("referral_route"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("referral_route"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("referral_route"."case_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_delete ON referral_route;
CREATE POLICY app_delete ON referral_route FOR DELETE TO waymark_app
    USING (("referral_route"."organisation_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("referral_route"."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND ("referral_route"."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = ("referral_route"."case_id")) LIMIT 1 OFFSET 0) IS TRUE))));
REVOKE ALL ON referral_route FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON referral_route TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON referral_route TO waymark_worker;

-- referral.RouteStop
ALTER TABLE referral_routestop ENABLE ROW LEVEL SECURITY;
ALTER TABLE referral_routestop FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON referral_routestop;
CREATE POLICY owner ON referral_routestop FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON referral_routestop;
CREATE POLICY worker ON referral_routestop FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON referral_routestop;
CREATE POLICY app_select ON referral_routestop FOR SELECT TO waymark_app
    USING ("referral_routestop"."route_id" IN (SELECT V0."id" AS "pk" FROM "referral_route" V0 WHERE (V0."organisation_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND (V0."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = (V0."case_id")) LIMIT 1 OFFSET 0) IS TRUE)))));
DROP POLICY IF EXISTS app_insert ON referral_routestop;
CREATE POLICY app_insert ON referral_routestop FOR INSERT TO waymark_app
    WITH CHECK ("referral_routestop"."organisation_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_update ON referral_routestop;
CREATE POLICY app_update ON referral_routestop FOR UPDATE TO waymark_app
    USING ("referral_routestop"."route_id" IN (SELECT V0."id" AS "pk" FROM "referral_route" V0 WHERE (V0."organisation_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND (V0."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = (V0."case_id")) LIMIT 1 OFFSET 0) IS TRUE))))) WITH CHECK ("referral_routestop"."route_id" IN (SELECT V0."id" AS "pk" FROM "referral_route" V0 WHERE (V0."organisation_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND (V0."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = (V0."case_id")) LIMIT 1 OFFSET 0) IS TRUE)))));
DROP POLICY IF EXISTS app_delete ON referral_routestop;
CREATE POLICY app_delete ON referral_routestop FOR DELETE TO waymark_app
    USING ("referral_routestop"."route_id" IN (SELECT V0."id" AS "pk" FROM "referral_route" V0 WHERE (V0."organisation_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND (V0."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = (V0."case_id")) LIMIT 1 OFFSET 0) IS TRUE)))));
REVOKE ALL ON referral_routestop FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON referral_routestop TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON referral_routestop TO waymark_worker;

-- referral.RoutingRule
ALTER TABLE referral_routingrule ENABLE ROW LEVEL SECURITY;
ALTER TABLE referral_routingrule FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON referral_routingrule;
CREATE POLICY owner ON referral_routingrule FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON referral_routingrule;
CREATE POLICY worker ON referral_routingrule FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON referral_routingrule;
CREATE POLICY app_select ON referral_routingrule FOR SELECT TO waymark_app
    USING (("referral_routingrule"."organisation_id" = (SELECT waymark.organisation_id()) OR "referral_routingrule"."organisation_id" IS NULL));
DROP POLICY IF EXISTS app_insert ON referral_routingrule;
CREATE POLICY app_insert ON referral_routingrule FOR INSERT TO waymark_app
    WITH CHECK ((("referral_routingrule"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('rule.manage'))) OR ("referral_routingrule"."organisation_id" IS NULL AND (SELECT waymark.may('rule.manage_network')))));
DROP POLICY IF EXISTS app_update ON referral_routingrule;
CREATE POLICY app_update ON referral_routingrule FOR UPDATE TO waymark_app
    USING ((("referral_routingrule"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('rule.manage'))) OR ("referral_routingrule"."organisation_id" IS NULL AND (SELECT waymark.may('rule.manage_network'))))) WITH CHECK ((("referral_routingrule"."organisation_id" = (SELECT waymark.organisation_id()) AND (SELECT waymark.may('rule.manage'))) OR ("referral_routingrule"."organisation_id" IS NULL AND (SELECT waymark.may('rule.manage_network')))));
DROP POLICY IF EXISTS app_delete ON referral_routingrule;
REVOKE ALL ON referral_routingrule FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON referral_routingrule TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON referral_routingrule TO waymark_worker;

-- referral.ServiceStanding
ALTER TABLE referral_servicestanding ENABLE ROW LEVEL SECURITY;
ALTER TABLE referral_servicestanding FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON referral_servicestanding;
CREATE POLICY owner ON referral_servicestanding FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON referral_servicestanding;
CREATE POLICY worker ON referral_servicestanding FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON referral_servicestanding;
CREATE POLICY app_select ON referral_servicestanding FOR SELECT TO waymark_app
    USING ((SELECT waymark.may('directory.read')));
DROP POLICY IF EXISTS app_insert ON referral_servicestanding;
DROP POLICY IF EXISTS app_update ON referral_servicestanding;
DROP POLICY IF EXISTS app_delete ON referral_servicestanding;
REVOKE ALL ON referral_servicestanding FROM waymark_app, waymark_worker;
GRANT SELECT ON referral_servicestanding TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON referral_servicestanding TO waymark_worker;

-- referral.StepTaken
ALTER TABLE referral_steptaken ENABLE ROW LEVEL SECURITY;
ALTER TABLE referral_steptaken FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON referral_steptaken;
CREATE POLICY owner ON referral_steptaken FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON referral_steptaken;
CREATE POLICY worker ON referral_steptaken FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON referral_steptaken;
CREATE POLICY app_select ON referral_steptaken FOR SELECT TO waymark_app
    USING (((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'packet' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."referral_id" IS NOT NULL AND U0."referral_id" = ("referral_steptaken"."referral_id")) LIMIT 1) AND ((SELECT waymark.may('referral.read_in')) OR "referral_steptaken"."referral_id" IN (SELECT V0."id" AS "pk" FROM "referral_referral" V0 WHERE (V0."receiver_id" = (SELECT waymark.organisation_id()) AND NOT (V0."state" IN ('draft', 'entered_in_error', 'pending_approval')) AND ((SELECT waymark.may('referral.read_in')) OR (V0."worker_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('referral.read_assigned'))) OR ((SELECT waymark.may('referral.answer_linked')) AND V0."id" IN (SELECT U0."referral_id" AS "referral_id" FROM "referral_answerlink" U0 WHERE (U0."id" = (SELECT waymark.principal_id()) AND U0."withdrawn_at" IS NULL)))))))) OR "referral_steptaken"."referral_id" IN (SELECT V0."id" AS "pk" FROM "referral_referral" V0 WHERE (V0."sender_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND (V0."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = (V0."case_id")) LIMIT 1 OFFSET 0) IS TRUE))))));
DROP POLICY IF EXISTS app_insert ON referral_steptaken;
CREATE POLICY app_insert ON referral_steptaken FOR INSERT TO waymark_app
    WITH CHECK ("referral_steptaken"."organisation_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_update ON referral_steptaken;
DROP POLICY IF EXISTS app_delete ON referral_steptaken;
REVOKE ALL ON referral_steptaken FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT ON referral_steptaken TO waymark_app;
GRANT SELECT, INSERT ON referral_steptaken TO waymark_worker;

-- referral.UnmetNeed
ALTER TABLE referral_unmetneed ENABLE ROW LEVEL SECURITY;
ALTER TABLE referral_unmetneed FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON referral_unmetneed;
CREATE POLICY owner ON referral_unmetneed FOR ALL TO waymark_owner
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker ON referral_unmetneed;
CREATE POLICY worker ON referral_unmetneed FOR ALL TO waymark_worker
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS app_select ON referral_unmetneed;
CREATE POLICY app_select ON referral_unmetneed FOR SELECT TO waymark_app
    USING (("referral_unmetneed"."organisation_id" = (SELECT waymark.organisation_id()) AND (("referral_unmetneed"."field_class" < 4 AND (SELECT waymark.may('board.read'))) OR (EXISTS(SELECT 1 AS "a" FROM "cases_need" V0 WHERE ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND (V0."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = (V0."case_id")) LIMIT 1 OFFSET 0) IS TRUE)) AND V0."id" = ("referral_unmetneed"."need_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_insert ON referral_unmetneed;
CREATE POLICY app_insert ON referral_unmetneed FOR INSERT TO waymark_app
    WITH CHECK ("referral_unmetneed"."organisation_id" = (SELECT waymark.organisation_id()));
DROP POLICY IF EXISTS app_update ON referral_unmetneed;
CREATE POLICY app_update ON referral_unmetneed FOR UPDATE TO waymark_app
    USING (("referral_unmetneed"."organisation_id" = (SELECT waymark.organisation_id()) AND (("referral_unmetneed"."field_class" < 4 AND (SELECT waymark.may('board.read'))) OR (EXISTS(SELECT 1 AS "a" FROM "cases_need" V0 WHERE ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND (V0."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = (V0."case_id")) LIMIT 1 OFFSET 0) IS TRUE)) AND V0."id" = ("referral_unmetneed"."need_id")) LIMIT 1 OFFSET 0) IS TRUE)))) WITH CHECK (("referral_unmetneed"."organisation_id" = (SELECT waymark.organisation_id()) AND (("referral_unmetneed"."field_class" < 4 AND (SELECT waymark.may('board.read'))) OR (EXISTS(SELECT 1 AS "a" FROM "cases_need" V0 WHERE ((EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."case_id")) LIMIT 1 OFFSET 0) IS TRUE) AND (V0."field_class" < 4 OR (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')) AND U0."case_id" = (V0."case_id")) LIMIT 1 OFFSET 0) IS TRUE)) AND V0."id" = ("referral_unmetneed"."need_id")) LIMIT 1 OFFSET 0) IS TRUE))));
DROP POLICY IF EXISTS app_delete ON referral_unmetneed;
REVOKE ALL ON referral_unmetneed FROM waymark_app, waymark_worker;
GRANT SELECT, INSERT, UPDATE ON referral_unmetneed TO waymark_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON referral_unmetneed TO waymark_worker;

CREATE OR REPLACE FUNCTION waymark.link_holder(wanted text) RETURNS TABLE (id uuid, receiver_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT l.id, l.receiver_id FROM public.referral_answerlink l
        JOIN public.partners_organisation o ON o.id = l.receiver_id
        WHERE l.digest = wanted AND wanted <> '' AND l.withdrawn_at IS NULL AND o.status = 'active'
    $$;
REVOKE ALL ON FUNCTION waymark.link_holder(text) FROM public;
GRANT EXECUTE ON FUNCTION waymark.link_holder(text) TO waymark_app;

CREATE OR REPLACE FUNCTION waymark.assessment_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user = 'waymark_app' AND OLD.completed_at IS NOT NULL THEN
        RAISE EXCEPTION 'a completed assessment is not changed' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION waymark.determinants_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user = 'waymark_app' AND EXISTS (
        SELECT 1 FROM public.cases_assessment a WHERE a.id = NEW.assessment_id AND a.completed_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'a completed assessment is not changed' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS assessment_is_kept ON cases_assessment;
CREATE TRIGGER assessment_is_kept BEFORE UPDATE ON cases_assessment
    FOR EACH ROW EXECUTE FUNCTION waymark.assessment_is_kept();
DROP TRIGGER IF EXISTS determinants_are_kept ON cases_determinants;
CREATE TRIGGER determinants_are_kept BEFORE INSERT OR UPDATE ON cases_determinants
    FOR EACH ROW EXECUTE FUNCTION waymark.determinants_are_kept();

CREATE OR REPLACE FUNCTION waymark.calendar_user(wanted text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT m.user_id FROM public.notifications_calendarfeed f
        JOIN public.partners_member m ON m.id = f.member_id
        WHERE f.digest = wanted AND m.is_active
    $$;
REVOKE ALL ON FUNCTION waymark.calendar_user(text) FROM public;
GRANT EXECUTE ON FUNCTION waymark.calendar_user(text) TO waymark_app;

-- The trail is append-only for everybody; only what is older than any organisation may choose can be taken away.
CREATE OR REPLACE FUNCTION waymark.forget_trail(organisation uuid, before timestamptz) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
DECLARE gone uuid[]; readings integer;
BEGIN
    IF before > now() - interval '1 year' THEN
        RAISE EXCEPTION 'the trail of the last year is not forgotten' USING ERRCODE = '23514';
    END IF;
    SELECT array_agg(id) INTO gone FROM (
        SELECT id FROM public.core_event
        WHERE organisation_ids @> ARRAY[organisation] AND at < before
            AND coalesce(actor_organisation_id, organisation_ids[1]) = organisation
        LIMIT 10000
    ) old;
    DELETE FROM public.core_feed WHERE event_id = ANY(gone);
    DELETE FROM public.core_event WHERE id = ANY(gone);
    DELETE FROM public.core_reading WHERE organisation_id = organisation AND at < before;
    GET DIAGNOSTICS readings = ROW_COUNT;
    RETURN coalesce(cardinality(gone), 0) + readings;
END $$;
REVOKE ALL ON FUNCTION waymark.forget_trail(uuid, timestamptz) FROM public;
GRANT EXECUTE ON FUNCTION waymark.forget_trail(uuid, timestamptz) TO waymark_worker;

CREATE OR REPLACE FUNCTION waymark.form_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'draft' AND (NEW.definition, NEW.subject, NEW.version, NEW.organisation_id)
            IS DISTINCT FROM (OLD.definition, OLD.subject, OLD.version, OLD.organisation_id) THEN
        RAISE EXCEPTION 'a published form does not change' USING ERRCODE = '23514';
    END IF;
    IF (OLD.state, NEW.state) NOT IN (('draft', 'draft'), ('draft', 'published'), ('published', 'published'),
            ('published', 'retired'), ('retired', 'retired')) THEN
        RAISE EXCEPTION 'a form goes from draft to published to retired' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS form_keeps ON cases_form;
CREATE TRIGGER form_keeps BEFORE UPDATE ON cases_form FOR EACH ROW EXECUTE FUNCTION waymark.form_keeps();

CREATE OR REPLACE FUNCTION waymark.keep_grants_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.closed_at IS NOT NULL AND NEW.closed_at IS DISTINCT FROM OLD.closed_at
        OR (OLD.case_id, OLD.organisation_id, OLD.level, OLD.referral_id)
            IS DISTINCT FROM (NEW.case_id, NEW.organisation_id, NEW.level, NEW.referral_id) THEN
        RAISE EXCEPTION 'a grant is closed once and never widened' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS keep_grants_closed ON cases_grant;
CREATE TRIGGER keep_grants_closed BEFORE UPDATE ON cases_grant
    FOR EACH ROW EXECUTE FUNCTION waymark.keep_grants_closed();

-- How many cases a person has in one's own organisation, also those out of sight: only numbers, and only of one's own.
CREATE OR REPLACE FUNCTION waymark.cases_of(person uuid) RETURNS TABLE (open_ones bigint, unnamed bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT count(*) FILTER (WHERE c.status NOT IN ('closed', 'transferred', 'merged')),
            count(*) FILTER (WHERE NOT EXISTS (
                SELECT FROM public.cases_grant g WHERE g.case_id = c.id AND g.closed_at IS NULL AND g.level = 'full'
                    AND g.organisation_id = c.organisation_id AND g.member_id = waymark.principal_id()))
        FROM public.cases_case c
        WHERE c.person_id = person AND c.erased_at IS NULL AND c.organisation_id = waymark.organisation_id()
    $$;
REVOKE ALL ON FUNCTION waymark.cases_of(uuid) FROM public;
GRANT EXECUTE ON FUNCTION waymark.cases_of(uuid) TO waymark_app, waymark_worker;

CREATE OR REPLACE FUNCTION waymark.confidential_among(ids uuid[]) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT l.id FROM public.partners_location l
        WHERE l.id = ANY(ids) AND l.confidential AND waymark.may('directory.import')
    $$;
REVOKE ALL ON FUNCTION waymark.confidential_among(uuid[]) FROM public;
GRANT EXECUTE ON FUNCTION waymark.confidential_among(uuid[]) TO waymark_app, waymark_worker;

CREATE OR REPLACE FUNCTION waymark.entitlement_is_given() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- In two steps: within one condition PostgreSQL may ask who acts first, and an import of a directory has nobody.
    IF current_user = 'waymark_app' AND NEW.may_identify_victims
        AND (TG_OP = 'INSERT' OR NOT OLD.may_identify_victims) THEN
        IF NOT waymark.may('entitlement.set') THEN
            RAISE EXCEPTION 'only the coordinator entitles an organisation' USING ERRCODE = '42501';
        END IF;
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS entitlement_is_given ON partners_organisation;
CREATE TRIGGER entitlement_is_given BEFORE INSERT OR UPDATE ON partners_organisation
    FOR EACH ROW EXECUTE FUNCTION waymark.entitlement_is_given();

CREATE OR REPLACE FUNCTION waymark.token_owner(wanted text)
    RETURNS TABLE (id uuid, organisation_id uuid, name varchar, scopes varchar[])
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT t.id, t.organisation_id, t.name, t.scopes
        FROM public.partners_apitoken t JOIN public.partners_organisation o ON o.id = t.organisation_id
        WHERE t.digest = wanted AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now())
            AND o.status = 'active'
    $$;
CREATE OR REPLACE FUNCTION waymark.member_of(wanted uuid) RETURNS SETOF public.partners_member
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT m.* FROM public.partners_member m
        JOIN public.core_user u ON u.id = m.user_id
        JOIN public.partners_organisation o ON o.id = m.organisation_id
        WHERE m.user_id = wanted AND m.is_active AND u.is_active AND o.status = 'active'
    $$;
REVOKE ALL ON FUNCTION waymark.token_owner(text), waymark.member_of(uuid) FROM public;
GRANT EXECUTE ON FUNCTION waymark.token_owner(text), waymark.member_of(uuid) TO waymark_app;
GRANT EXECUTE ON FUNCTION waymark.member_of(uuid) TO waymark_worker;  -- what was ordered runs with today's rights

-- What must hold whatever died (RELIABILITY 2.1): kinds and ids for `manage.py check_invariants`, no content.
CREATE OR REPLACE FUNCTION waymark.invariants(since timestamptz, grace interval)
    RETURNS TABLE (invariant text, what text, id uuid, number bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT 'I1', '', NULL::uuid, (SELECT count(*) FROM referral_referral)
        UNION ALL SELECT 'I2', '', NULL::uuid, (SELECT count(*) FROM referral_steptaken WHERE name = 'accept')
        UNION ALL SELECT 'I3', '', NULL::uuid, (SELECT count(*) FROM partners_capacity)
        UNION ALL SELECT 'I4', '', NULL::uuid, (SELECT count(*) FROM core_event WHERE recorded_at >= since)
        UNION ALL SELECT 'I5', '', NULL::uuid, (SELECT count(*) FROM notifications_delivery d WHERE coalesce(d.last_try_at, d.next_try_at, now()) >= since)
        UNION ALL SELECT 'I6', '', NULL::uuid, (SELECT count(*) FROM notifications_notice WHERE at >= since)
        UNION ALL SELECT 'I7', '', NULL::uuid, (SELECT 5)
        UNION ALL SELECT 'I8', '', NULL::uuid, (SELECT count(*) FROM referral_deadline WHERE due_at < now() - grace)
        UNION ALL SELECT 'I1', 'steps with a gap, or one that the lifecycle does not know', x.id, 1 FROM (SELECT DISTINCT s.referral_id FROM (
            SELECT referral_id, number, from_state, to_state, row_number() OVER steps AS place,
                coalesce(lag(to_state) OVER steps, 'draft') AS before
            FROM referral_steptaken WINDOW steps AS (PARTITION BY referral_id ORDER BY number)) s
        WHERE s.number <> s.place OR s.from_state <> s.before OR (s.from_state, s.to_state) NOT IN (('accepted', 'cancelled'), ('accepted', 'in_progress'), ('accepted', 'not_completed'), ('accepted', 'withdrawn'), ('draft', 'cancelled'), ('draft', 'entered_in_error'), ('draft', 'pending_approval'), ('draft', 'sent'), ('draft', 'withdrawn'), ('in_progress', 'cancelled'), ('in_progress', 'completed'), ('in_progress', 'not_completed'), ('in_progress', 'on_hold'), ('in_progress', 'withdrawn'), ('info_requested', 'cancelled'), ('info_requested', 'received'), ('info_requested', 'withdrawn'), ('on_hold', 'cancelled'), ('on_hold', 'in_progress'), ('on_hold', 'withdrawn'), ('pending_approval', 'cancelled'), ('pending_approval', 'entered_in_error'), ('pending_approval', 'sent'), ('pending_approval', 'withdrawn'), ('received', 'accepted'), ('received', 'cancelled'), ('received', 'declined'), ('received', 'entered_in_error'), ('received', 'expired'), ('received', 'info_requested'), ('received', 'waitlisted'), ('received', 'withdrawn'), ('sent', 'cancelled'), ('sent', 'entered_in_error'), ('sent', 'expired'), ('sent', 'received'), ('sent', 'withdrawn'), ('waitlisted', 'accepted'), ('waitlisted', 'cancelled'), ('waitlisted', 'declined'), ('waitlisted', 'withdrawn'))) x (id)
        UNION ALL SELECT 'I1', 'a state that the steps do not lead to', x.id, 1 FROM (SELECT r.id FROM referral_referral r LEFT JOIN LATERAL (
            SELECT s.to_state, s.number FROM referral_steptaken s WHERE s.referral_id = r.id
            ORDER BY s.number DESC LIMIT 1) l ON true
        WHERE r.state <> coalesce(l.to_state, 'draft') OR r.steps_taken <> coalesce(l.number, 0)) x (id)
        UNION ALL SELECT 'I1', 'a referral that nobody is recorded to have begun', x.id, 1 FROM (SELECT r.id FROM referral_referral r WHERE r.created_at >= since AND 1 <> (
            SELECT count(*) FROM core_event e WHERE e.referral_id = r.id AND e.kind = 'referral.drafted')) x (id)
        UNION ALL SELECT 'I2', 'accepted twice', x.id, 1 FROM (SELECT referral_id FROM referral_steptaken WHERE name = 'accept' GROUP BY 1 HAVING count(*) > 1) x (id)
        UNION ALL SELECT 'I2', 'running with another worker than the one recorded', x.id, 1 FROM (SELECT r.id FROM referral_referral r JOIN LATERAL (
            SELECT e.facts ->> 'worker_id' AS worker FROM core_event e WHERE e.referral_id = r.id
                AND e.kind IN ('referral.accepted', 'referral.reassigned')
            ORDER BY e.at DESC, e.recorded_at DESC LIMIT 1) l ON true
        WHERE r.state IN ('accepted', 'in_progress', 'on_hold') AND r.worker_id::text IS DISTINCT FROM l.worker) x (id)
        UNION ALL SELECT 'I2', 'several partners work on what one was to take', x.id, 1 FROM (SELECT w.id FROM referral_route w JOIN referral_routestop s ON s.route_id = w.id
            JOIN referral_referral r ON r.id = s.referral_id
        WHERE w.mode = 'parallel' AND r.state IN ('accepted', 'in_progress', 'on_hold') GROUP BY 1 HAVING count(*) > 1) x (id)
        UNION ALL SELECT 'I3', 'places in use that are not those of running referrals', x.id, 1 FROM (SELECT c.service_id FROM partners_capacity c
        WHERE c.used <> (SELECT count(*) FROM referral_referral r WHERE r.service_id = c.service_id AND r.holds_place)
            OR c.used > c.maximum) x (id)
        UNION ALL SELECT 'I3', 'a place held by a referral that does not run', x.id, 1 FROM (SELECT id FROM referral_referral WHERE holds_place AND state NOT IN ('accepted', 'in_progress', 'on_hold')) x (id)
        UNION ALL SELECT 'I4', 'a step without its one event', x.id, 1 FROM (SELECT s.id FROM referral_steptaken s JOIN (VALUES ('submit', 'referral.submitted'), ('send', 'referral.sent'), ('approve', 'referral.approved'), ('receive', 'referral.received'), ('phone', 'referral.phoned'), ('ask', 'referral.info_requested'), ('reply', 'referral.info_given'), ('accept', 'referral.accepted'), ('waitlist', 'referral.waitlisted'), ('decline', 'referral.declined'), ('start', 'referral.started'), ('complete', 'referral.completed'), ('not_complete', 'referral.not_completed'), ('hold', 'referral.held'), ('resume', 'referral.resumed'), ('cancel', 'referral.cancelled'), ('withdraw', 'referral.withdrawn'), ('expire', 'referral.expired'), ('mark_error', 'referral.entered_in_error')) k (step, kind) ON k.step = s.name
        WHERE s.at >= since AND 1 <> (SELECT count(*) FROM core_event e WHERE e.referral_id = s.referral_id
            AND e.kind = k.kind AND e.at = s.at AND e.facts ->> 'to_state' = s.to_state)) x (id)
        UNION ALL SELECT 'I4', 'an event of a step that was not taken', x.id, 1 FROM (SELECT e.id FROM core_event e JOIN (VALUES ('submit', 'referral.submitted'), ('send', 'referral.sent'), ('approve', 'referral.approved'), ('receive', 'referral.received'), ('phone', 'referral.phoned'), ('ask', 'referral.info_requested'), ('reply', 'referral.info_given'), ('accept', 'referral.accepted'), ('waitlist', 'referral.waitlisted'), ('decline', 'referral.declined'), ('start', 'referral.started'), ('complete', 'referral.completed'), ('not_complete', 'referral.not_completed'), ('hold', 'referral.held'), ('resume', 'referral.resumed'), ('cancel', 'referral.cancelled'), ('withdraw', 'referral.withdrawn'), ('expire', 'referral.expired'), ('mark_error', 'referral.entered_in_error')) k (step, kind) ON k.kind = e.kind
        WHERE e.recorded_at >= since AND NOT EXISTS (SELECT FROM referral_steptaken s
            WHERE s.referral_id = e.referral_id AND s.name = k.step AND s.at = e.at)) x (id)
        UNION ALL SELECT 'I4', 'an event that neither waits nor was told', x.id, 1 FROM (SELECT e.id FROM core_event e WHERE e.recorded_at >= since
            AND NOT EXISTS (SELECT FROM core_outbox o WHERE o.event_id = e.id)
            AND EXISTS (SELECT FROM unnest(e.organisation_ids) reader WHERE NOT EXISTS (
                SELECT FROM core_feed f WHERE f.organisation_id = reader AND f.event_id = e.id))) x (id)
        UNION ALL SELECT 'I5', 'an event that waits for too long', x.id, 1 FROM (SELECT e.id FROM core_outbox o JOIN core_event e ON e.id = o.event_id
        WHERE e.recorded_at < now() - grace) x (id)
        UNION ALL SELECT 'I5', 'a delivery that is due and that nobody tries', x.id, 1 FROM (SELECT d.id FROM notifications_delivery d LEFT JOIN notifications_webhookendpoint w ON w.id = d.target_id
        WHERE d.status IN ('waiting', 'sending') AND greatest(d.next_try_at, w.quiet_until) < now() - grace) x (id)
        UNION ALL SELECT 'I5', 'an answer or a referral of which nobody was told', x.id, 1 FROM (SELECT e.id FROM core_event e WHERE e.kind IN ('referral.sent', 'referral.accepted', 'referral.declined', 'referral.info_requested', 'referral.completed') AND e.recorded_at >= since
            AND e.recorded_at < e.at + interval '1 day'
            AND e.facts ->> 'sender_id' IS DISTINCT FROM e.facts ->> 'receiver_id'
            AND NOT EXISTS (SELECT FROM core_outbox o WHERE o.event_id = e.id)
            AND NOT EXISTS (SELECT FROM notifications_notice n WHERE n.event_id = e.id)
            AND NOT EXISTS (SELECT FROM notifications_untold u WHERE u.event_id = e.id)) x (id)
        UNION ALL SELECT 'I5', 'a notice that never arrived and that no dead letter tells of', x.id, 1 FROM (SELECT d.id FROM notifications_delivery d JOIN partners_member m ON m.id = d.recipient_id
            JOIN notifications_notice n ON n.event_id = d.event_id AND n.recipient_id = d.recipient_id
        WHERE d.status = 'failed' AND d.last_try_at >= since
            AND NOT EXISTS (SELECT FROM notifications_delivery o WHERE o.event_id = d.event_id
                AND o.recipient_id = d.recipient_id AND o.id <> d.id AND o.status NOT IN ('failed', 'dropped'))
            AND NOT EXISTS (SELECT FROM notifications_untold u
                WHERE u.event_id = d.event_id AND u.organisation_id = m.organisation_id)) x (id)
        UNION ALL SELECT 'I5', 'a dead letter that is nobody''s task', x.id, 1 FROM (SELECT id FROM notifications_untold WHERE settled_at IS NULL AND task_id IS NULL AND at < now() - grace) x (id)
        UNION ALL SELECT 'I6', 'told twice in the application', x.id, 1 FROM (SELECT min(id::text)::uuid FROM notifications_notice WHERE at >= since
        GROUP BY event_id, recipient_id HAVING count(*) > 1) x (id)
        UNION ALL SELECT 'I6', 'put on its way twice', x.id, 1 FROM (SELECT min(id::text)::uuid FROM notifications_delivery
        GROUP BY event_id, channel, recipient_id, target_id HAVING count(*) > 1) x (id)
        UNION ALL SELECT 'I6', 'a task made twice', x.id, 1 FROM (SELECT min(id::text)::uuid FROM cases_task WHERE event_id IS NOT NULL
        GROUP BY event_id, kind, organisation_id HAVING count(*) > 1) x (id)
        UNION ALL SELECT 'I6', 'in a feed twice', x.id, 1 FROM (SELECT event_id FROM core_feed GROUP BY organisation_id, event_id HAVING count(*) > 1) x (id)
        UNION ALL SELECT 'I6', 'escalated twice', x.id, 1 FROM (SELECT min(id::text)::uuid FROM referral_escalation GROUP BY deadline_id, stage HAVING count(*) > 1) x (id)
        UNION ALL SELECT 'I7', 'a trail that a role of the running system may change', x.id, 1 FROM (SELECT NULL::uuid FROM unnest(ARRAY['core_event', 'core_reading', 'referral_steptaken', 'referral_escalation', 'referral_packet']) t,
            unnest(ARRAY['waymark_app', 'waymark_worker']) r
        WHERE has_table_privilege(r, 'public.' || t, 'UPDATE, DELETE, TRUNCATE')
            OR NOT (SELECT c.relrowsecurity AND c.relforcerowsecurity FROM pg_class c
                WHERE c.oid = ('public.' || t)::regclass)) x (id)
        UNION ALL SELECT 'I8', 'past its time, and not escalated', x.id, 1 FROM (SELECT d.id FROM referral_deadline d
        WHERE d.met_at IS NULL AND d.closed_at IS NULL AND d.paused_at IS NULL AND d.due_at < now() - grace
            AND NOT EXISTS (SELECT FROM referral_escalation x WHERE x.deadline_id = d.id AND x.stage >= 100)) x (id)
    $$;
REVOKE ALL ON FUNCTION waymark.invariants(timestamptz, interval) FROM public;
GRANT EXECUTE ON FUNCTION waymark.invariants(timestamptz, interval) TO waymark_app, waymark_worker;

CREATE OR REPLACE FUNCTION waymark.match_candidates(probe text[], certain text[])
    RETURNS TABLE (person_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    AS $$
        SELECT CASE WHEN near.open THEN near.id END
        FROM (
            SELECT cases_person.id, (((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_person"."id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR ("cases_person"."organisation_id" = (SELECT waymark.organisation_id()) AND "cases_person"."registered_by_id" = (SELECT waymark.principal_id()) AND "cases_person"."sealed_at" IS NULL) OR ("cases_person"."merged_into_id" IS NOT NULL AND (EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_person"."merged_into_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE)))) AS open, cases_person.match_keys && certain AS sure,
                cases_person.sealed_at IS NOT NULL AS sealed,
                (SELECT count(*) FROM unnest(cases_person.match_keys) k WHERE k = ANY(probe)) AS shared
            FROM public.cases_person
            WHERE cases_person.match_keys && probe
                AND cases_person.organisation_id = (SELECT waymark.organisation_id())
                AND cases_person.merged_into_id IS NULL AND cases_person.erased_at IS NULL
                AND (SELECT waymark.may('person.search'))
            ORDER BY shared DESC, cases_person.id
            LIMIT 100
        ) near
        WHERE near.open OR (near.sure AND NOT near.sealed)
        ORDER BY near.shared DESC, near.id
    $$;
REVOKE ALL ON FUNCTION waymark.match_candidates(text[], text[]) FROM public;
GRANT EXECUTE ON FUNCTION waymark.match_candidates(text[], text[]) TO waymark_app, waymark_worker;

CREATE OR REPLACE FUNCTION waymark.match_elsewhere(certain text[]) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    AS $$
        SELECT (SELECT waymark.may('person.search')) AND EXISTS (
            SELECT FROM public.cases_person p
            WHERE p.match_keys && certain AND p.merged_into_id IS NULL AND p.erased_at IS NULL AND p.sealed_at IS NULL
                AND p.organisation_id <> (SELECT waymark.organisation_id())
                AND EXISTS (
                    SELECT FROM public.partners_agreement a
                    WHERE a.duplicate_check AND a.status = 'active' AND current_date BETWEEN a.valid_from AND a.valid_to
                        AND a.organisation_ids @> ARRAY[(SELECT waymark.organisation_id()), p.organisation_id]
                )
        )
    $$;
REVOKE ALL ON FUNCTION waymark.match_elsewhere(text[]) FROM public;
GRANT EXECUTE ON FUNCTION waymark.match_elsewhere(text[]) TO waymark_app;

CREATE OR REPLACE FUNCTION waymark.merge_persons(shell uuid, survivor uuid) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    AS $$
    DECLARE moved jsonb := '{}'; ids jsonb; row_id uuid;
    BEGIN
        IF NOT waymark.may('person.merge') OR 2 <> (
            SELECT count(*) FROM public.cases_person
            WHERE cases_person.id IN (shell, survivor) AND organisation_id = waymark.organisation_id()
                AND (merged_into_id IS NULL OR (cases_person.id = shell AND merged_into_id = survivor)) AND (((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_person"."id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR ("cases_person"."organisation_id" = (SELECT waymark.organisation_id()) AND "cases_person"."registered_by_id" = (SELECT waymark.principal_id()) AND "cases_person"."sealed_at" IS NULL) OR ("cases_person"."merged_into_id" IS NOT NULL AND (EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_person"."merged_into_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE))))
        ) THEN
            RAISE EXCEPTION 'these persons cannot be merged' USING ERRCODE = '42501';
        END IF;
        IF EXISTS (SELECT FROM public.cases_case WHERE person_id IN (shell, survivor) AND NOT (("cases_case"."organisation_id" = (SELECT waymark.organisation_id()) AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = ("cases_case"."id")) LIMIT 1 OFFSET 0) IS TRUE)))) THEN
            RETURN NULL;
        END IF;
        ids := '[]';
        FOR row_id IN SELECT id FROM public.cases_answerindex WHERE person_id = shell LOOP
            BEGIN
                UPDATE public.cases_answerindex SET person_id = survivor WHERE id = row_id;
                ids := ids || to_jsonb(row_id);
            EXCEPTION WHEN unique_violation OR check_violation OR exclusion_violation THEN NULL;
            END;
        END LOOP;
        moved := moved || jsonb_build_object('cases_answerindex.person_id', ids);
        ids := '[]';
        FOR row_id IN SELECT id FROM public.cases_answers WHERE person_id = shell LOOP
            BEGIN
                UPDATE public.cases_answers SET person_id = survivor WHERE id = row_id;
                ids := ids || to_jsonb(row_id);
            EXCEPTION WHEN unique_violation OR check_violation OR exclusion_violation THEN NULL;
            END;
        END LOOP;
        moved := moved || jsonb_build_object('cases_answers.person_id', ids);
        ids := '[]';
        FOR row_id IN SELECT id FROM public.cases_bestinterests WHERE person_id = shell LOOP
            BEGIN
                UPDATE public.cases_bestinterests SET person_id = survivor WHERE id = row_id;
                ids := ids || to_jsonb(row_id);
            EXCEPTION WHEN unique_violation OR check_violation OR exclusion_violation THEN NULL;
            END;
        END LOOP;
        moved := moved || jsonb_build_object('cases_bestinterests.person_id', ids);
        ids := '[]';
        FOR row_id IN SELECT id FROM public.cases_case WHERE person_id = shell LOOP
            BEGIN
                UPDATE public.cases_case SET person_id = survivor WHERE id = row_id;
                ids := ids || to_jsonb(row_id);
            EXCEPTION WHEN unique_violation OR check_violation OR exclusion_violation THEN NULL;
            END;
        END LOOP;
        moved := moved || jsonb_build_object('cases_case.person_id', ids);
        ids := '[]';
        FOR row_id IN SELECT id FROM public.cases_consent WHERE person_id = shell LOOP
            BEGIN
                UPDATE public.cases_consent SET person_id = survivor WHERE id = row_id;
                ids := ids || to_jsonb(row_id);
            EXCEPTION WHEN unique_violation OR check_violation OR exclusion_violation THEN NULL;
            END;
        END LOOP;
        moved := moved || jsonb_build_object('cases_consent.person_id', ids);
        ids := '[]';
        FOR row_id IN SELECT id FROM public.cases_contactway WHERE person_id = shell LOOP
            BEGIN
                UPDATE public.cases_contactway SET person_id = survivor WHERE id = row_id;
                ids := ids || to_jsonb(row_id);
            EXCEPTION WHEN unique_violation OR check_violation OR exclusion_violation THEN NULL;
            END;
        END LOOP;
        moved := moved || jsonb_build_object('cases_contactway.person_id', ids);
        ids := '[]';
        FOR row_id IN SELECT id FROM public.cases_datarequest WHERE person_id = shell LOOP
            BEGIN
                UPDATE public.cases_datarequest SET person_id = survivor WHERE id = row_id;
                ids := ids || to_jsonb(row_id);
            EXCEPTION WHEN unique_violation OR check_violation OR exclusion_violation THEN NULL;
            END;
        END LOOP;
        moved := moved || jsonb_build_object('cases_datarequest.person_id', ids);
        ids := '[]';
        FOR row_id IN SELECT id FROM public.cases_household WHERE head_id = shell LOOP
            BEGIN
                UPDATE public.cases_household SET head_id = survivor WHERE id = row_id;
                ids := ids || to_jsonb(row_id);
            EXCEPTION WHEN unique_violation OR check_violation OR exclusion_violation THEN NULL;
            END;
        END LOOP;
        moved := moved || jsonb_build_object('cases_household.head_id', ids);
        ids := '[]';
        FOR row_id IN SELECT id FROM public.cases_intakedraft WHERE person_id = shell LOOP
            BEGIN
                UPDATE public.cases_intakedraft SET person_id = survivor WHERE id = row_id;
                ids := ids || to_jsonb(row_id);
            EXCEPTION WHEN unique_violation OR check_violation OR exclusion_violation THEN NULL;
            END;
        END LOOP;
        moved := moved || jsonb_build_object('cases_intakedraft.person_id', ids);
        ids := '[]';
        FOR row_id IN SELECT id FROM public.cases_legalhold WHERE person_id = shell LOOP
            BEGIN
                UPDATE public.cases_legalhold SET person_id = survivor WHERE id = row_id;
                ids := ids || to_jsonb(row_id);
            EXCEPTION WHEN unique_violation OR check_violation OR exclusion_violation THEN NULL;
            END;
        END LOOP;
        moved := moved || jsonb_build_object('cases_legalhold.person_id', ids);
        ids := '[]';
        FOR row_id IN SELECT id FROM public.cases_migrationstatus WHERE person_id = shell LOOP
            BEGIN
                UPDATE public.cases_migrationstatus SET person_id = survivor WHERE id = row_id;
                ids := ids || to_jsonb(row_id);
            EXCEPTION WHEN unique_violation OR check_violation OR exclusion_violation THEN NULL;
            END;
        END LOOP;
        moved := moved || jsonb_build_object('cases_migrationstatus.person_id', ids);
        ids := '[]';
        FOR row_id IN SELECT id FROM public.cases_persondocument WHERE person_id = shell LOOP
            BEGIN
                UPDATE public.cases_persondocument SET person_id = survivor WHERE id = row_id;
                ids := ids || to_jsonb(row_id);
            EXCEPTION WHEN unique_violation OR check_violation OR exclusion_violation THEN NULL;
            END;
        END LOOP;
        moved := moved || jsonb_build_object('cases_persondocument.person_id', ids);
        ids := '[]';
        FOR row_id IN SELECT id FROM public.cases_personname WHERE person_id = shell LOOP
            BEGIN
                UPDATE public.cases_personname SET person_id = survivor WHERE id = row_id;
                ids := ids || to_jsonb(row_id);
            EXCEPTION WHEN unique_violation OR check_violation OR exclusion_violation THEN NULL;
            END;
        END LOOP;
        moved := moved || jsonb_build_object('cases_personname.person_id', ids);
        ids := '[]';
        FOR row_id IN SELECT id FROM public.cases_relation WHERE other_id = shell LOOP
            BEGIN
                UPDATE public.cases_relation SET other_id = survivor WHERE id = row_id;
                ids := ids || to_jsonb(row_id);
            EXCEPTION WHEN unique_violation OR check_violation OR exclusion_violation THEN NULL;
            END;
        END LOOP;
        moved := moved || jsonb_build_object('cases_relation.other_id', ids);
        ids := '[]';
        FOR row_id IN SELECT id FROM public.cases_relation WHERE person_id = shell LOOP
            BEGIN
                UPDATE public.cases_relation SET person_id = survivor WHERE id = row_id;
                ids := ids || to_jsonb(row_id);
            EXCEPTION WHEN unique_violation OR check_violation OR exclusion_violation THEN NULL;
            END;
        END LOOP;
        moved := moved || jsonb_build_object('cases_relation.person_id', ids);
        ids := '[]';
        FOR row_id IN SELECT id FROM public.cases_reminder WHERE person_id = shell LOOP
            BEGIN
                UPDATE public.cases_reminder SET person_id = survivor WHERE id = row_id;
                ids := ids || to_jsonb(row_id);
            EXCEPTION WHEN unique_violation OR check_violation OR exclusion_violation THEN NULL;
            END;
        END LOOP;
        moved := moved || jsonb_build_object('cases_reminder.person_id', ids);
        ids := '[]';
        FOR row_id IN SELECT id FROM public.cases_retention WHERE person_id = shell LOOP
            BEGIN
                UPDATE public.cases_retention SET person_id = survivor WHERE id = row_id;
                ids := ids || to_jsonb(row_id);
            EXCEPTION WHEN unique_violation OR check_violation OR exclusion_violation THEN NULL;
            END;
        END LOOP;
        moved := moved || jsonb_build_object('cases_retention.person_id', ids);
        RETURN moved;
    END $$;
CREATE OR REPLACE FUNCTION waymark.unmerge_persons(record uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    AS $$
    DECLARE m public.cases_mergerecord;
    BEGIN
        SELECT * INTO m FROM public.cases_mergerecord
            WHERE id = record AND organisation_id = waymark.organisation_id() AND undone_at IS NULL;
        IF NOT waymark.may('person.merge') OR m.id IS NULL THEN
            RAISE EXCEPTION 'this merge cannot be undone' USING ERRCODE = '42501';
        END IF;
        UPDATE public.cases_answerindex SET person_id = m.shell_id
            WHERE person_id = m.survivor_id AND to_jsonb(id) <@ coalesce(m.moved -> 'cases_answerindex.person_id', '[]');
        UPDATE public.cases_answers SET person_id = m.shell_id
            WHERE person_id = m.survivor_id AND to_jsonb(id) <@ coalesce(m.moved -> 'cases_answers.person_id', '[]');
        UPDATE public.cases_bestinterests SET person_id = m.shell_id
            WHERE person_id = m.survivor_id AND to_jsonb(id) <@ coalesce(m.moved -> 'cases_bestinterests.person_id', '[]');
        UPDATE public.cases_case SET person_id = m.shell_id
            WHERE person_id = m.survivor_id AND to_jsonb(id) <@ coalesce(m.moved -> 'cases_case.person_id', '[]');
        UPDATE public.cases_consent SET person_id = m.shell_id
            WHERE person_id = m.survivor_id AND to_jsonb(id) <@ coalesce(m.moved -> 'cases_consent.person_id', '[]');
        UPDATE public.cases_contactway SET person_id = m.shell_id
            WHERE person_id = m.survivor_id AND to_jsonb(id) <@ coalesce(m.moved -> 'cases_contactway.person_id', '[]');
        UPDATE public.cases_datarequest SET person_id = m.shell_id
            WHERE person_id = m.survivor_id AND to_jsonb(id) <@ coalesce(m.moved -> 'cases_datarequest.person_id', '[]');
        UPDATE public.cases_household SET head_id = m.shell_id
            WHERE head_id = m.survivor_id AND to_jsonb(id) <@ coalesce(m.moved -> 'cases_household.head_id', '[]');
        UPDATE public.cases_intakedraft SET person_id = m.shell_id
            WHERE person_id = m.survivor_id AND to_jsonb(id) <@ coalesce(m.moved -> 'cases_intakedraft.person_id', '[]');
        UPDATE public.cases_legalhold SET person_id = m.shell_id
            WHERE person_id = m.survivor_id AND to_jsonb(id) <@ coalesce(m.moved -> 'cases_legalhold.person_id', '[]');
        UPDATE public.cases_migrationstatus SET person_id = m.shell_id
            WHERE person_id = m.survivor_id AND to_jsonb(id) <@ coalesce(m.moved -> 'cases_migrationstatus.person_id', '[]');
        UPDATE public.cases_persondocument SET person_id = m.shell_id
            WHERE person_id = m.survivor_id AND to_jsonb(id) <@ coalesce(m.moved -> 'cases_persondocument.person_id', '[]');
        UPDATE public.cases_personname SET person_id = m.shell_id
            WHERE person_id = m.survivor_id AND to_jsonb(id) <@ coalesce(m.moved -> 'cases_personname.person_id', '[]');
        UPDATE public.cases_relation SET other_id = m.shell_id
            WHERE other_id = m.survivor_id AND to_jsonb(id) <@ coalesce(m.moved -> 'cases_relation.other_id', '[]');
        UPDATE public.cases_relation SET person_id = m.shell_id
            WHERE person_id = m.survivor_id AND to_jsonb(id) <@ coalesce(m.moved -> 'cases_relation.person_id', '[]');
        UPDATE public.cases_reminder SET person_id = m.shell_id
            WHERE person_id = m.survivor_id AND to_jsonb(id) <@ coalesce(m.moved -> 'cases_reminder.person_id', '[]');
        UPDATE public.cases_retention SET person_id = m.shell_id
            WHERE person_id = m.survivor_id AND to_jsonb(id) <@ coalesce(m.moved -> 'cases_retention.person_id', '[]');
    END $$;
REVOKE ALL ON FUNCTION waymark.merge_persons(uuid, uuid), waymark.unmerge_persons(uuid) FROM public;
GRANT EXECUTE ON FUNCTION waymark.merge_persons(uuid, uuid), waymark.unmerge_persons(uuid) TO waymark_app;

CREATE OR REPLACE FUNCTION waymark.open_case_numbered(wanted text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT c.id FROM public.cases_case c
        WHERE c.reference = wanted AND c.organisation_id = (SELECT waymark.organisation_id())
            AND c.status IN ('intake', 'assessment', 'active', 'on_hold', 'follow_up')
            AND (SELECT waymark.may('case.break_glass'))
    $$;
REVOKE ALL ON FUNCTION waymark.open_case_numbered(text) FROM public;
GRANT EXECUTE ON FUNCTION waymark.open_case_numbered(text) TO waymark_app;

-- Numbers for who keeps the system running: no name, no id, no text.
CREATE OR REPLACE FUNCTION waymark.operation() RETURNS TABLE (name text, of text, value double precision)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT 'outbox_waiting', '', count(*)::float FROM core_outbox
        UNION ALL SELECT 'outbox_failing', '', count(*)::float FROM core_outbox WHERE attempts > 0
        UNION ALL SELECT 'outbox_oldest_seconds', '', coalesce(extract(epoch FROM now() - min(e.recorded_at)), 0)
            FROM core_outbox o JOIN core_event e ON e.id = o.event_id
        UNION ALL SELECT 'delivery_' || d.status, d.channel, count(*)::float FROM notifications_delivery d
            WHERE d.status IN ('waiting', 'sending') GROUP BY 1, 2
        UNION ALL SELECT 'delivery_failed', d.channel, count(*)::float FROM notifications_delivery d
            WHERE d.status = 'failed' GROUP BY 1, 2
        UNION ALL SELECT 'delivery_oldest_seconds', d.channel,
            greatest(0, extract(epoch FROM now() - min(d.next_try_at)))
            FROM notifications_delivery d WHERE d.status IN ('waiting', 'sending') GROUP BY 2
        UNION ALL SELECT 'alarms_due', 'deadline', count(*)::float FROM referral_deadline
            WHERE met_at IS NULL AND closed_at IS NULL AND next_alarm_at <= now()
        UNION ALL SELECT 'alarms_due', 'reminder', count(*)::float FROM cases_reminder
            WHERE met_at IS NULL AND next_alarm_at <= now()
        UNION ALL SELECT 'alarms_due', 'request', count(*)::float FROM cases_datarequest
            WHERE state IN ('open', 'approved') AND next_alarm_at <= now()
        UNION ALL SELECT 'alarms_due', 'incident', count(*)::float FROM cases_incident
            WHERE authority_at IS NULL AND next_alarm_at <= now()
        UNION ALL SELECT 'untold_open', why, count(*)::float FROM notifications_untold
            WHERE settled_at IS NULL GROUP BY 2
        UNION ALL SELECT 'heartbeat_age_seconds', h.name::text, extract(epoch FROM now() - h.at)
            FROM core_heartbeat h
    $$;
REVOKE ALL ON FUNCTION waymark.operation() FROM public;
GRANT EXECUTE ON FUNCTION waymark.operation() TO waymark_app, waymark_worker;

CREATE OR REPLACE FUNCTION waymark.published_changes(wanted uuid[])
    RETURNS TABLE (id uuid, service_id uuid, action text, field text, before jsonb, after jsonb, at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    AS $$
        SELECT c.id, c.service_id, c.action::text, c.field::text, c.before, c.after, c.at
        FROM public.partners_servicechange c JOIN public.partners_service s ON s.id = c.service_id
        WHERE c.service_id = ANY (wanted) AND s.visibility = 'public' AND s.status = 'active' AND c.field IN ('alert', 'alternate_name', 'application_process', 'areas', 'category', 'description', 'documents', 'eligibility_description', 'email', 'fees_description', 'hours', 'interpretation_services', 'languages', 'maximum_age', 'minimum_age', 'name', 'status', 'url')
            AND c.number > coalesce((
                SELECT max(v.number) FROM public.partners_servicechange v
                WHERE v.service_id = s.id AND v.field = 'visibility'
            ), 0)
    $$;
REVOKE ALL ON FUNCTION waymark.published_changes(uuid[]) FROM public;
GRANT EXECUTE ON FUNCTION waymark.published_changes(uuid[]) TO waymark_app, waymark_worker;

-- Packets, messages and steps are append-only. What an erased record disclosed and said goes all the same: only
-- where the sender's case is erased already, so that calling it at will does nothing.
CREATE OR REPLACE FUNCTION waymark.erase_said(wanted uuid[], empty_text bytea) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
DECLARE gone uuid[];
BEGIN
    SELECT array_agg(r.id) INTO gone FROM public.referral_referral r JOIN public.cases_case c ON c.id = r.case_id
        WHERE r.id = ANY(wanted) AND c.erased_at IS NOT NULL;
    DELETE FROM public.referral_packet WHERE referral_id = ANY(gone);
    DELETE FROM public.referral_message WHERE referral_id = ANY(gone);
    UPDATE public.referral_steptaken SET text = empty_text WHERE referral_id = ANY(gone);
END $$;
REVOKE ALL ON FUNCTION waymark.erase_said(uuid[], bytea) FROM public;
GRANT EXECUTE ON FUNCTION waymark.erase_said(uuid[], bytea) TO waymark_worker;

-- What a partner had received that did not take the referral (DOMAIN 12): its access ended at once, the copy goes.
CREATE OR REPLACE FUNCTION waymark.forget_declined(organisation uuid, before timestamptz) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
DECLARE gone integer;
BEGIN
    DELETE FROM public.referral_packet WHERE referral_id IN (
        SELECT r.id FROM public.referral_referral r
        WHERE r.receiver_id = organisation AND r.state IN ('cancelled', 'declined', 'expired', 'withdrawn') AND r.closed_at < before
            AND NOT EXISTS (SELECT FROM public.cases_grant g WHERE g.referral_id = r.id AND g.closed_at IS NULL)
    );
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$;
REVOKE ALL ON FUNCTION waymark.forget_declined(uuid, timestamptz) FROM public;
GRANT EXECUTE ON FUNCTION waymark.forget_declined(uuid, timestamptz) TO waymark_worker;

-- Whether somebody of an organisation can answer (G7): a yes or no about colleagues whom a sender may not list.
CREATE OR REPLACE FUNCTION waymark.has_desk(organisation uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT EXISTS (
            SELECT FROM public.partners_member m JOIN public.core_user u ON u.id = m.user_id
            WHERE m.organisation_id = organisation AND m.is_active AND u.is_active AND m.role IN ('focal_point', 'supervisor')
        )
    $$;
REVOKE ALL ON FUNCTION waymark.has_desk(uuid) FROM public;
GRANT EXECUTE ON FUNCTION waymark.has_desk(uuid) TO waymark_app, waymark_worker;

CREATE OR REPLACE FUNCTION waymark.keep_lifecycle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IS DISTINCT FROM NEW.state AND (OLD.state, NEW.state) NOT IN (
        ('accepted', 'cancelled'),
        ('accepted', 'in_progress'),
        ('accepted', 'not_completed'),
        ('accepted', 'withdrawn'),
        ('draft', 'cancelled'),
        ('draft', 'entered_in_error'),
        ('draft', 'pending_approval'),
        ('draft', 'sent'),
        ('draft', 'withdrawn'),
        ('in_progress', 'cancelled'),
        ('in_progress', 'completed'),
        ('in_progress', 'not_completed'),
        ('in_progress', 'on_hold'),
        ('in_progress', 'withdrawn'),
        ('info_requested', 'cancelled'),
        ('info_requested', 'received'),
        ('info_requested', 'withdrawn'),
        ('on_hold', 'cancelled'),
        ('on_hold', 'in_progress'),
        ('on_hold', 'withdrawn'),
        ('pending_approval', 'cancelled'),
        ('pending_approval', 'entered_in_error'),
        ('pending_approval', 'sent'),
        ('pending_approval', 'withdrawn'),
        ('received', 'accepted'),
        ('received', 'cancelled'),
        ('received', 'declined'),
        ('received', 'entered_in_error'),
        ('received', 'expired'),
        ('received', 'info_requested'),
        ('received', 'waitlisted'),
        ('received', 'withdrawn'),
        ('sent', 'cancelled'),
        ('sent', 'entered_in_error'),
        ('sent', 'expired'),
        ('sent', 'received'),
        ('sent', 'withdrawn'),
        ('waitlisted', 'accepted'),
        ('waitlisted', 'cancelled'),
        ('waitlisted', 'declined'),
        ('waitlisted', 'withdrawn')
    ) THEN
        RAISE EXCEPTION 'a referral does not go from % to %', OLD.state, NEW.state USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS keep_lifecycle ON referral_referral;
CREATE TRIGGER keep_lifecycle BEFORE UPDATE OF state ON referral_referral
    FOR EACH ROW EXECUTE FUNCTION waymark.keep_lifecycle();

-- A place in line counts people whom a sender may not see, so it goes round the policy. It answers about referrals of
-- one's own side only, and with two numbers.
CREATE OR REPLACE FUNCTION waymark.places_in_line(wanted uuid[])
    RETURNS TABLE (referral uuid, place bigint, of_all bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT r.id, count(*) FILTER (WHERE (o.line_key, o.id) <= (r.line_key, r.id)), count(*)
        FROM public.referral_referral r
        JOIN public.referral_referral o ON o.service_id = r.service_id AND o.state = 'waitlisted'
        WHERE r.id = ANY(wanted) AND r.state = 'waitlisted'
            AND (session_user = 'waymark_worker' OR waymark.organisation_id() IN (r.sender_id, r.receiver_id))
        GROUP BY r.id
    $$;
REVOKE ALL ON FUNCTION waymark.places_in_line(uuid[]) FROM public;
GRANT EXECUTE ON FUNCTION waymark.places_in_line(uuid[]) TO waymark_app, waymark_worker;

-- The receiver may not see the sender's need, yet its answer changes it: so this goes round the policy. What it
-- writes follows from the stored state of a referral of one's own alone, so calling it at will does no harm.
CREATE OR REPLACE FUNCTION waymark.settle_need(wanted uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        UPDATE public.cases_need n SET status = CASE
            WHEN EXISTS (SELECT FROM public.referral_referral o WHERE o.need_id = n.id
                AND o.state IN ('accepted', 'in_progress', 'on_hold')) THEN 'in_referral'
            ELSE CASE r.state
            WHEN 'accepted' THEN 'in_referral'
            WHEN 'cancelled' THEN 'open'
            WHEN 'declined' THEN 'open'
            WHEN 'entered_in_error' THEN 'open'
            WHEN 'expired' THEN 'open'
            WHEN 'in_progress' THEN 'in_referral'
            WHEN 'not_completed' THEN 'open'
            WHEN 'on_hold' THEN 'in_referral'
            WHEN 'withdrawn' THEN 'open'
            ELSE n.status END END
        FROM public.referral_referral r
        WHERE r.id = wanted AND n.id = r.need_id AND n.status IN ('open', 'in_referral')
            AND (session_user = 'waymark_worker' OR waymark.organisation_id() IN (r.sender_id, r.receiver_id))
    $$;
REVOKE ALL ON FUNCTION waymark.settle_need(uuid) FROM public;
GRANT EXECUTE ON FUNCTION waymark.settle_need(uuid) TO waymark_app, waymark_worker;

-- A receiver cannot see who else was asked, yet its acceptance ends that: so this goes round the policies. It acts for
-- the receiver of that very referral only, locks the route, and says no more than whether this one was the first.
CREATE OR REPLACE FUNCTION waymark.take_route(wanted uuid, moment timestamptz) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
DECLARE way uuid;
BEGIN
    SELECT s.route_id INTO way FROM public.referral_routestop s
        JOIN public.referral_referral r ON r.id = s.referral_id
        WHERE r.id = wanted
            AND (session_user = 'waymark_worker' OR waymark.organisation_id() = r.receiver_id);
    IF way IS NULL THEN
        RETURN false;
    END IF;
    UPDATE public.referral_route SET winner_id = wanted, version = version + 1
        WHERE id = way AND winner_id IS NULL;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE public.cases_grant g SET closed_at = moment, close_reason = 'superseded'
        FROM public.referral_routestop s
        WHERE s.route_id = way AND s.referral_id <> wanted AND g.referral_id = s.referral_id AND g.closed_at IS NULL;
    RETURN true;
END $$;
REVOKE ALL ON FUNCTION waymark.take_route(uuid, timestamptz) FROM public;
GRANT EXECUTE ON FUNCTION waymark.take_route(uuid, timestamptz) TO waymark_app, waymark_worker;

-- What planners count with: kinds of need, oblasts, months and reasons of the register, organisations as numbers.
-- No need, no case, no person; only for who may read the network's figures.
CREATE OR REPLACE FUNCTION waymark.unmet_cells(since timestamptz)
    RETURNS TABLE (category text, oblast text, month text, reason text, organisation bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT u.category, coalesce(a.parent_id, a.code, ''), to_char(u.at AT TIME ZONE 'Europe/Minsk', 'YYYY-MM'),
            u.reason, dense_rank() OVER (ORDER BY u.organisation_id)
        FROM public.referral_unmetneed u LEFT JOIN public.partners_area a ON a.code = u.area_id
        WHERE waymark.may('network.read') AND u.at > since
    $$;
REVOKE ALL ON FUNCTION waymark.unmet_cells(timestamptz) FROM public;
GRANT EXECUTE ON FUNCTION waymark.unmet_cells(timestamptz) TO waymark_app;

-- Grants of teams and of the organisation rest while the person of the case restricts. Grants may be written before
-- their case is, so both ask.
CREATE OR REPLACE FUNCTION waymark.rest_grants(of_case uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        UPDATE public.cases_grant g SET resting = (p.restricted_at IS NOT NULL)
        FROM public.cases_case c JOIN public.cases_person p ON p.id = c.person_id
        WHERE c.id = of_case AND g.case_id = c.id AND g.member_id IS NULL AND g.level = 'full' AND g.closed_at IS NULL
            AND g.resting IS DISTINCT FROM (p.restricted_at IS NOT NULL)
    $$;
REVOKE ALL ON FUNCTION waymark.rest_grants(uuid) FROM public;

CREATE OR REPLACE FUNCTION waymark.keep_rest() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
BEGIN
    NEW.resting := NEW.member_id IS NULL AND NEW.level = 'full' AND EXISTS (
        SELECT FROM public.cases_case c JOIN public.cases_person p ON p.id = c.person_id
        WHERE c.id = NEW.case_id AND p.restricted_at IS NOT NULL
    );
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS keep_rest ON cases_grant;
CREATE TRIGGER keep_rest BEFORE INSERT ON cases_grant FOR EACH ROW EXECUTE FUNCTION waymark.keep_rest();

CREATE OR REPLACE FUNCTION waymark.keep_rest_of_case() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
BEGIN
    PERFORM waymark.rest_grants(NEW.id);
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS keep_rest_of_case ON cases_case;
CREATE TRIGGER keep_rest_of_case AFTER INSERT OR UPDATE OF person_id ON cases_case
    FOR EACH ROW EXECUTE FUNCTION waymark.keep_rest_of_case();

CREATE OR REPLACE FUNCTION waymark.keep_restriction() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
BEGIN
    IF NEW.kind = 'restriction' THEN
        UPDATE public.cases_person p SET restricted_at = (
            SELECT min(r.answered_at) FROM public.cases_datarequest r
            WHERE r.person_id = p.id AND r.kind = 'restriction' AND r.state = 'answered' AND r.lifted_at IS NULL
        )
        WHERE p.id = NEW.person_id OR (TG_OP = 'UPDATE' AND p.id = OLD.person_id);
        PERFORM waymark.rest_grants(c.id) FROM public.cases_case c
            WHERE c.person_id = NEW.person_id OR (TG_OP = 'UPDATE' AND c.person_id = OLD.person_id);
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS keep_restriction ON cases_datarequest;
CREATE TRIGGER keep_restriction AFTER INSERT OR UPDATE ON cases_datarequest
    FOR EACH ROW EXECUTE FUNCTION waymark.keep_restriction();

CREATE OR REPLACE FUNCTION waymark.sealed_cases() RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT count(*) FROM public.cases_case c
        WHERE c.organisation_id = (SELECT waymark.organisation_id()) AND c.sealed_at IS NOT NULL
            AND c.closed_at IS NULL AND (SELECT waymark.may('case.seal'))
    $$;
REVOKE ALL ON FUNCTION waymark.sealed_cases() FROM public;
GRANT EXECUTE ON FUNCTION waymark.sealed_cases() TO waymark_app;

CREATE OR REPLACE FUNCTION waymark.keep_seal() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
    BEGIN
        IF NEW.level = 'full' AND NEW.closed_at IS NULL AND NEW.basis NOT IN ('named', 'break_glass')
            AND EXISTS (SELECT FROM public.cases_case c WHERE c.id = NEW.case_id AND c.sealed_at IS NOT NULL) THEN
            RAISE EXCEPTION 'the case is sealed' USING ERRCODE = '23514', CONSTRAINT = 'sealed_case_names_its_readers';
        END IF;
        RETURN NEW;
    END $$;
DROP TRIGGER IF EXISTS keep_seal ON cases_grant;
CREATE TRIGGER keep_seal BEFORE INSERT OR UPDATE ON cases_grant FOR EACH ROW EXECUTE FUNCTION waymark.keep_seal();

SELECT show_limit();
CREATE OR REPLACE FUNCTION waymark.search_persons(words text)
    RETURNS TABLE (person_id uuid, score real)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    SET pg_trgm.similarity_threshold = 0.35
    SET pg_trgm.word_similarity_threshold = 0.6
    AS $$
        SELECT CASE WHEN found.open THEN found.id END, found.score
        FROM (
            SELECT cases_person.id, best.score, (((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_person"."id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR ("cases_person"."organisation_id" = (SELECT waymark.organisation_id()) AND "cases_person"."registered_by_id" = (SELECT waymark.principal_id()) AND "cases_person"."sealed_at" IS NULL) OR ("cases_person"."merged_into_id" IS NOT NULL AND (EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_person"."merged_into_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE)))) AS open
            FROM (
                SELECT n.person_id,
                    max(greatest(similarity(n.search_key, words), word_similarity(words, n.search_key))) AS score
                FROM public.cases_personname n
                WHERE (n.search_key % words OR words <% n.search_key)
                    AND n.organisation_id = (SELECT waymark.organisation_id())
                    AND (SELECT waymark.may('person.search'))
                GROUP BY n.person_id
                ORDER BY score DESC, n.person_id
                LIMIT 20
            ) best JOIN public.cases_person ON cases_person.id = best.person_id
            WHERE cases_person.sealed_at IS NULL OR (((EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_person"."id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE) OR ("cases_person"."organisation_id" = (SELECT waymark.organisation_id()) AND "cases_person"."registered_by_id" = (SELECT waymark.principal_id()) AND "cases_person"."sealed_at" IS NULL) OR ("cases_person"."merged_into_id" IS NOT NULL AND (EXISTS(SELECT 1 AS "a" FROM "cases_case" V0 WHERE (V0."person_id" = ("cases_person"."merged_into_id") AND (EXISTS(SELECT 1 AS "a" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND ((U0."member_id" = (SELECT waymark.principal_id()) AND (SELECT waymark.may('case.read'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" IS NULL AND (SELECT waymark.may('case.read_team'))) OR (U0."member_id" IS NULL AND NOT U0."resting" AND U0."team_id" = (SELECT waymark.team_id()) AND (SELECT waymark.may('case.read_team')))) AND U0."case_id" = (V0."id")) LIMIT 1 OFFSET 0) IS TRUE)) LIMIT 1 OFFSET 0) IS TRUE))))
        ) found
        ORDER BY found.score DESC, found.id
    $$;
REVOKE ALL ON FUNCTION waymark.search_persons(text) FROM public;
GRANT EXECUTE ON FUNCTION waymark.search_persons(text) TO waymark_app;

-- Notices are their recipient's own; that somebody was told is the proof of both sides. Of the other side no name.
CREATE OR REPLACE FUNCTION waymark.told_of(wanted_referral uuid, wanted_case uuid, most integer)
    RETURNS TABLE (event_id uuid, kind text, at timestamptz, notice_id uuid, organisation_id uuid, name text,
                   read_at timestamptz, channel text, status text, sent_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT n.event_id, n.kind::text, n.at, n.id, m.organisation_id,
            CASE WHEN m.organisation_id = waymark.organisation_id() THEN m.name ELSE '' END, n.read_at,
            d.channel::text, d.status::text, d.sent_at
        FROM notifications_notice n
            JOIN partners_member m ON m.id = n.recipient_id
            LEFT JOIN notifications_delivery d ON d.event_id = n.event_id AND d.recipient_id = n.recipient_id
        WHERE (n.referral_id = wanted_referral AND EXISTS (
                SELECT FROM referral_referral r WHERE r.id = wanted_referral
                    AND (waymark.organisation_id() IN (r.sender_id, r.receiver_id)
                        OR waymark.may('referral.read_status'))))
            OR (n.case_id = wanted_case AND EXISTS (
                SELECT FROM cases_case c WHERE c.id = wanted_case AND c.organisation_id = waymark.organisation_id()))
        ORDER BY n.at DESC, n.event_id, m.name, n.id, d.channel
        LIMIT most
    $$;
REVOKE ALL ON FUNCTION waymark.told_of(uuid, uuid, integer) FROM public;
GRANT EXECUTE ON FUNCTION waymark.told_of(uuid, uuid, integer) TO waymark_app;

CREATE OR REPLACE FUNCTION waymark.readings_of(wanted uuid)
    RETURNS TABLE (member_id uuid, subject text, field_class smallint, times bigint,
        first_at timestamptz, last_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    AS $$
        WITH one AS (
            SELECT cases_case.id, cases_case.person_id FROM public.cases_case
            WHERE cases_case.id = wanted AND cases_case.organisation_id = (SELECT waymark.organisation_id())
                AND (("cases_case"."id" IN (SELECT U0."case_id" AS "case_id" FROM "cases_grant" U0 WHERE ((U0."until" IS NULL OR U0."until" > (STATEMENT_TIMESTAMP())) AND U0."closed_at" IS NULL AND U0."level" = 'full' AND U0."organisation_id" = (SELECT waymark.organisation_id()) AND U0."member_id" = (SELECT waymark.principal_id()) AND NOT (U0."basis" = 'cover') AND (SELECT waymark.may('case.read')))) OR (SELECT waymark.may('audit.read'))))
        ), things AS (
            SELECT id FROM one UNION SELECT person_id FROM one
            UNION SELECT e.about FROM public.core_event e WHERE e.case_id = (SELECT id FROM one)
            UNION SELECT e.referral_id FROM public.core_event e
                WHERE e.case_id = (SELECT id FROM one) AND e.referral_id IS NOT NULL
        )
        SELECT r.member_id, r.subject::text, max(r.field_class), count(*), min(r.at), max(r.at)
        FROM public.core_reading r JOIN things ON things.id = r.about
        WHERE r.organisation_id = (SELECT waymark.organisation_id())
        GROUP BY r.member_id, r.subject
        ORDER BY max(r.at) DESC, r.member_id, r.subject
    $$;
CREATE OR REPLACE FUNCTION waymark.codes_of(ids uuid[])
    RETURNS TABLE (id uuid, code text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    AS $$
        WITH own AS (SELECT waymark.organisation_id() AS id WHERE waymark.may('audit.read'))
        SELECT p.id, p.reference::text FROM public.cases_person p
        WHERE p.id = ANY (ids) AND p.organisation_id = (SELECT own.id FROM own)
        UNION SELECT c.id, c.reference::text FROM public.cases_case c
        WHERE c.id = ANY (ids) AND c.organisation_id = (SELECT own.id FROM own)
        UNION SELECT e.about, c.reference::text FROM public.core_event e JOIN public.cases_case c ON c.id = e.case_id
        WHERE e.about = ANY (ids) AND e.about <> c.id AND c.organisation_id = (SELECT own.id FROM own)
    $$;
CREATE OR REPLACE FUNCTION waymark.ids_of(wanted text)
    RETURNS TABLE (id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    AS $$
        WITH own AS (SELECT waymark.organisation_id() AS id WHERE waymark.may('audit.read')
        ), found AS (
            SELECT c.id, c.person_id FROM public.cases_case c JOIN public.cases_person p ON p.id = c.person_id
            WHERE (c.reference = wanted OR p.reference = wanted) AND c.organisation_id = (SELECT own.id FROM own)
        )
        SELECT found.id FROM found UNION SELECT found.person_id FROM found
        UNION SELECT p.id FROM public.cases_person p
            WHERE p.reference = wanted AND p.organisation_id = (SELECT own.id FROM own)
        UNION SELECT e.about FROM public.core_event e JOIN found ON found.id = e.case_id
    $$;
CREATE OR REPLACE FUNCTION waymark.read_in_emergency() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    AS $$
        SELECT r.id FROM public.cases_grant g
        JOIN public.cases_case c ON c.id = g.case_id
        JOIN public.core_reading r ON r.member_id = g.member_id AND r.organisation_id = g.organisation_id
            AND r.at >= g.opened_at AND r.at <= least(g.until, coalesce(g.closed_at, g.until))
        WHERE g.basis = 'break_glass' AND g.organisation_id = (SELECT waymark.organisation_id())
            AND (SELECT waymark.may('audit.read'))
            AND (r.about IN (c.id, c.person_id) OR EXISTS (
                SELECT FROM public.core_event e WHERE e.case_id = c.id AND r.about IN (e.about, e.referral_id)
            ))
    $$;
REVOKE ALL ON FUNCTION waymark.readings_of(uuid), waymark.codes_of(uuid[]), waymark.ids_of(text),
    waymark.read_in_emergency() FROM public;
GRANT EXECUTE ON FUNCTION waymark.readings_of(uuid), waymark.codes_of(uuid[]), waymark.ids_of(text),
    waymark.read_in_emergency() TO waymark_app;

-- Whether somebody of an organisation can take a case over: a yes or no about colleagues whom a sender may not list.
CREATE OR REPLACE FUNCTION waymark.takes_cases() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT DISTINCT m.organisation_id FROM public.partners_member m
        JOIN public.core_user u ON u.id = m.user_id JOIN public.partners_organisation o ON o.id = m.organisation_id
        WHERE m.is_active AND u.is_active AND o.status = 'active' AND o.member_of_network AND m.role IN ('supervisor')
    $$;
REVOKE ALL ON FUNCTION waymark.takes_cases() FROM public;
GRANT EXECUTE ON FUNCTION waymark.takes_cases() TO waymark_app;

-- The second lock: an answer is given once, and an offer stays about the same case and the same two organisations.
CREATE OR REPLACE FUNCTION waymark.keep_transfer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.state IS DISTINCT FROM NEW.state AND (OLD.state, NEW.state) NOT IN (
            ('proposed', 'approved'), ('proposed', 'sent_back'), ('proposed', 'withdrawn'), ('approved', 'accepted'),
            ('approved', 'declined'), ('approved', 'withdrawn'), ('approved', 'expired')))
        OR (OLD.case_id, OLD.from_organisation_id, OLD.to_organisation_id)
            IS DISTINCT FROM (NEW.case_id, NEW.from_organisation_id, NEW.to_organisation_id)
        OR (OLD.consent_id, OLD.classes) IS DISTINCT FROM (NEW.consent_id, NEW.classes)
    THEN
        RAISE EXCEPTION 'a transfer does not go from % to %', OLD.state, NEW.state USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS keep_transfer ON cases_casetransfer;
CREATE TRIGGER keep_transfer BEFORE UPDATE ON cases_casetransfer
    FOR EACH ROW EXECUTE FUNCTION waymark.keep_transfer();

-- What is overdue and of which nobody was told: kinds, ids and ages, for the check outside the queue.
CREATE OR REPLACE FUNCTION waymark.unheard(grace interval, outbox interval, silence interval)
    RETURNS TABLE (what text, id uuid, seconds double precision)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT 'deadline', d.id, extract(epoch FROM now() - d.next_alarm_at) FROM referral_deadline d
            WHERE d.met_at IS NULL AND d.closed_at IS NULL AND d.next_alarm_at < now() - grace
        UNION ALL SELECT 'reminder', r.id, extract(epoch FROM now() - r.next_alarm_at) FROM cases_reminder r
            WHERE r.met_at IS NULL AND r.next_alarm_at < now() - grace
        UNION ALL SELECT 'request', q.id, extract(epoch FROM now() - q.next_alarm_at) FROM cases_datarequest q
            WHERE q.state IN ('open', 'approved') AND q.next_alarm_at < now() - grace
        UNION ALL SELECT 'incident', i.id, extract(epoch FROM now() - i.next_alarm_at) FROM cases_incident i
            WHERE i.authority_at IS NULL AND i.next_alarm_at < now() - grace
        UNION ALL SELECT 'escalation', x.id, extract(epoch FROM now() - x.at)
            FROM referral_deadline d JOIN referral_escalation x ON x.deadline_id = d.id AND x.stage = d.stage
            WHERE d.met_at IS NULL AND d.closed_at IS NULL AND d.stage > 0 AND x.at < now() - grace
                AND NOT EXISTS (
                    SELECT FROM core_event e
                    WHERE e.about = d.id AND e.kind = 'deadline.reached' AND e.facts ->> 'stage' = d.stage::text
                        AND (EXISTS (SELECT FROM notifications_notice n WHERE n.event_id = e.id)
                            OR EXISTS (SELECT FROM notifications_untold u WHERE u.event_id = e.id)))
        UNION ALL SELECT 'outbox', e.id, extract(epoch FROM now() - e.recorded_at)
            FROM core_outbox o JOIN core_event e ON e.id = o.event_id WHERE e.recorded_at < now() - outbox
        UNION ALL SELECT 'delivery', v.id, extract(epoch FROM now() - v.next_try_at) FROM notifications_delivery v
            WHERE v.status IN ('waiting', 'sending') AND v.next_try_at < now() - grace
        UNION ALL SELECT 'untold', u.id, extract(epoch FROM now() - u.at) FROM notifications_untold u
            WHERE u.settled_at IS NULL AND u.task_id IS NULL
        UNION ALL SELECT p.name, NULL, coalesce(extract(epoch FROM now() - h.at), 0)
            FROM (VALUES ('worker'), ('beat')) AS p (name) LEFT JOIN core_heartbeat h ON h.name = p.name
            WHERE h.at IS NULL OR h.at < now() - silence
    $$;
REVOKE ALL ON FUNCTION waymark.unheard(interval, interval, interval) FROM public;
GRANT EXECUTE ON FUNCTION waymark.unheard(interval, interval, interval) TO waymark_app, waymark_worker;

GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO waymark_app, waymark_worker;
