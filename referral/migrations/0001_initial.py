import core.fields
import datetime
import django.db.models.deletion
import django.db.models.functions.comparison
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('cases', '0001_initial'),
        ('partners', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Referral',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('reference', models.CharField(max_length=12, unique=True)),
                ('category', models.CharField(max_length=32)),
                ('field_class', models.PositiveSmallIntegerField()),
                ('urgency', models.CharField(max_length=12)),
                ('state', models.CharField(default='draft', max_length=20)),
                ('state_since', models.DateTimeField()),
                ('sender_name', models.CharField(default='', max_length=150)),
                ('worker_name', models.CharField(default='', max_length=150)),
                ('share', models.JSONField(default=dict)),
                ('documents_settled', models.BooleanField(default=False)),
                ('soft_rule_reason', models.BooleanField(default=False)),
                ('reason', models.CharField(blank=True, default='', max_length=32)),
                ('outcome', models.CharField(blank=True, default='', max_length=32)),
                ('expected_on', models.DateField(null=True)),
                ('resume_on', models.DateField(null=True)),
                ('first_contact_on', models.DateField(null=True)),
                ('created_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('received_at', models.DateTimeField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('due_at', models.DateTimeField(null=True)),
                ('due_from', models.DateTimeField(null=True)),
                ('paused_at', models.DateTimeField(null=True)),
                ('asked_once', models.BooleanField(default=False)),
                ('holds_place', models.BooleanField(default=False)),
                ('approval_needed', models.BooleanField(default=False)),
                ('draft_note', core.fields.EncryptedText(blank=True, default='', editable=True)),
                ('steps_taken', models.PositiveIntegerField(default=0)),
                ('version', models.PositiveIntegerField(default=1)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                ('consent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.consent')),
                ('need', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.need')),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='referral.referral')),
                ('receiver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation')),
                ('sender', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation')),
                ('sent_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.member')),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.service')),
                ('suggested_service', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.service')),
                ('worker', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.member')),
            ],
            options={
                'indexes': [models.Index(models.F('receiver'), models.Case(models.When(then=models.Value(0), urgency='emergency'), default=models.Value(1), output_field=models.IntegerField()), django.db.models.functions.comparison.Coalesce('due_at', models.Value(datetime.datetime(9999, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), models.F('id'), condition=models.Q(('state__in', ['accepted', 'draft', 'in_progress', 'info_requested', 'on_hold', 'pending_approval', 'received', 'sent', 'waitlisted'])), name='referral_inbox'), models.Index(fields=['receiver', '-state_since', 'id'], name='referral_in'), models.Index(fields=['sender', '-state_since', 'id'], name='referral_out'), models.Index(fields=['case'], name='referral_case'), models.Index(fields=['need'], name='referral_need'), models.Index(condition=models.Q(('due_at__isnull', False), ('paused_at', None), ('state__in', ['accepted', 'draft', 'in_progress', 'info_requested', 'on_hold', 'pending_approval', 'received', 'sent', 'waitlisted'])), fields=['receiver', 'due_at'], name='referral_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'pending_approval', 'sent', 'received', 'info_requested', 'waitlisted', 'accepted', 'in_progress', 'on_hold', 'completed', 'not_completed', 'declined', 'cancelled', 'withdrawn', 'expired', 'entered_in_error'])), name='referral_state_coded'), models.CheckConstraint(condition=models.Q(('urgency__in', ['emergency', 'urgent', 'routine'])), name='referral_urgency_coded'), models.CheckConstraint(condition=models.Q(('category__in', ['safety', 'shelter', 'food_nfi', 'cash', 'health', 'mhpss', 'legal', 'documents', 'protection_claim', 'child_protection', 'gbv', 'trafficking', 'family_links', 'education', 'language', 'employment', 'disability', 'return', 'consular', 'information'])), name='referral_category_coded'), models.CheckConstraint(condition=models.Q(('reason__in', ['no_capacity', 'not_eligible', 'out_of_area', 'service_not_provided', 'service_suspended', 'already_served', 'duplicate', 'insufficient_information', 'no_interpretation', 'safety_concern', 'conflict_of_interest', 'no_mandate', 'other', ''])), name='referral_reason_coded'), models.CheckConstraint(condition=models.Q(('outcome__in', ['provided_full', 'provided_part', 'referred_on', 'need_met_elsewhere', 'client_declined', 'client_no_show', 'client_unreachable', 'client_moved', 'found_ineligible', 'service_failed', 'died', ''])), name='referral_outcome_coded'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['accepted', 'in_progress', 'on_hold']), _negated=True), models.Q(('worker_name', ''), _negated=True), _connector='OR'), name='accepted_referral_names_a_worker'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'declined'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='declined_referral_says_why'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'completed'), _negated=True), ('outcome__in', ('provided_full', 'provided_part', 'referred_on', 'need_met_elsewhere')), _connector='OR'), name='completed_has_outcome'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'not_completed'), _negated=True), ('outcome__in', ('client_declined', 'client_no_show', 'client_unreachable', 'client_moved', 'found_ineligible', 'service_failed', 'died')), _connector='OR'), name='not_completed_has_outcome'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'pending_approval', 'cancelled', 'withdrawn', 'entered_in_error']), models.Q(('consent__isnull', False), ('sent_at__isnull', False)), _connector='OR'), name='sent_referral_has_consent'), models.UniqueConstraint(condition=models.Q(('state__in', ['accepted', 'draft', 'in_progress', 'info_requested', 'on_hold', 'pending_approval', 'received', 'sent', 'waitlisted'])), fields=('need', 'service'), name='one_open_referral_per_need_and_service')],
            },
        ),
        migrations.CreateModel(
            name='Deadline',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('clock', models.CharField(max_length=12)),
                ('started_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('paused_at', models.DateTimeField(null=True)),
                ('paused_for', models.DurationField(default=datetime.timedelta)),
                ('met_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('stage', models.PositiveSmallIntegerField(default=0)),
                ('next_alarm_at', models.DateTimeField(null=True)),
                ('receiver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation')),
                ('sender', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation')),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deadlines', to='referral.referral')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('closed_at', None), ('met_at', None), ('next_alarm_at__isnull', False)), fields=['next_alarm_at'], name='deadline_alarm'), models.Index(fields=['referral'], name='deadline_referral')],
                'constraints': [models.CheckConstraint(condition=models.Q(('clock__in', ['acknowledge', 'decide', 'contact', 'report', 'call', 'recheck'])), name='deadline_clock_known'), models.UniqueConstraint(condition=models.Q(('closed_at', None), ('met_at', None)), fields=('referral', 'clock'), name='one_running_clock_of_a_kind')],
            },
        ),
        migrations.CreateModel(
            name='Packet',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveSmallIntegerField(default=1)),
                ('stage', models.CharField(max_length=8)),
                ('fields', core.fields.EncryptedJSON(default=dict, editable=True)),
                ('created_at', models.DateTimeField()),
                ('sender', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation')),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='packets', to='referral.referral')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('stage__in', ['now', 'after'])), name='packet_stage_coded'), models.UniqueConstraint(fields=('referral', 'version', 'stage'), name='packet_version_once')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('author_member_id', models.UUIDField(null=True)),
                ('author_name', models.CharField(max_length=150)),
                ('text', core.fields.EncryptedText(editable=True)),
                ('at', models.DateTimeField()),
                ('author_organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation')),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='referral.referral')),
            ],
            options={
                'indexes': [models.Index(fields=['referral', 'at'], name='message_referral')],
            },
        ),
        migrations.CreateModel(
            name='Escalation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('stage', models.PositiveSmallIntegerField()),
                ('owner', models.CharField(max_length=24)),
                ('at', models.DateTimeField()),
                ('deadline', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='escalations', to='referral.deadline')),
                ('owner_organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation')),
                ('receiver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation')),
                ('sender', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation')),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='escalations', to='referral.referral')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('deadline', 'stage'), name='escalated_once_a_mark')],
            },
        ),
        migrations.CreateModel(
            name='StepTaken',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('name', models.CharField(max_length=24)),
                ('from_state', models.CharField(blank=True, default='', max_length=20)),
                ('to_state', models.CharField(max_length=20)),
                ('side', models.CharField(max_length=10)),
                ('organisation_id', models.UUIDField(null=True)),
                ('member_id', models.UUIDField(null=True)),
                ('actor_name', models.CharField(default='', max_length=150)),
                ('reason', models.CharField(blank=True, default='', max_length=32)),
                ('text', core.fields.EncryptedText(blank=True, default='', editable=True)),
                ('at', models.DateTimeField()),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='referral.referral')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('referral', 'number'), name='step_number_once')],
            },
        ),
        migrations.CreateModel(
            name='UnmetNeed',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('need_id', models.UUIDField(unique=True)),
                ('category', models.CharField(max_length=32)),
                ('declines', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField()),
                ('area', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='partners.area')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
