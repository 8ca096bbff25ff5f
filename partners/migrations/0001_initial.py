import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=255)),
                ('short_name', models.CharField(blank=True, default='', max_length=255)),
                ('description', models.TextField(blank=True, default='')),
                ('translations', models.JSONField(blank=True, default=dict)),
                ('type', models.CharField(default='ngo', max_length=32)),
                ('legal_regime', models.CharField(default='by_law', max_length=16)),
                ('country', models.CharField(default='BY', max_length=2)),
                ('status', models.CharField(default='active', max_length=16)),
                ('member_of_network', models.BooleanField(default=False)),
                ('may_identify_victims', models.BooleanField(default=False)),
                ('email', models.EmailField(blank=True, default='', max_length=254)),
                ('website', models.URLField(blank=True, default='', max_length=500)),
                ('phone', models.CharField(blank=True, default='', max_length=64)),
                ('after_hours_phone', models.CharField(blank=True, default='', max_length=64)),
                ('time_zone', models.CharField(default='Europe/Minsk', max_length=64)),
                ('opening_hours', models.JSONField(blank=True, default=dict)),
                ('closures', models.JSONField(blank=True, default=list)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('type__in', ['un_agency', 'government', 'ngo', 'red_cross', 'health_facility', 'education', 'legal', 'faith', 'private'])), name='organisation_type_coded'), models.CheckConstraint(condition=models.Q(('legal_regime__in', ['by_law', 'un_privileges', 'other'])), name='organisation_regime_coded'), models.CheckConstraint(condition=models.Q(('status__in', ['active', 'suspended', 'closed'])), name='organisation_status_coded')],
            },
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=100)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), size=None)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='partners.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Taxonomy',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=255)),
                ('description', models.TextField()),
                ('uri', models.URLField(blank=True, default='', max_length=500)),
                ('version', models.CharField(blank=True, default='', max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name='TaxonomyTerm',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(blank=True, default='', max_length=255)),
                ('name', models.CharField(max_length=255)),
                ('description', models.TextField()),
                ('language', models.CharField(blank=True, default='', max_length=8)),
                ('term_uri', models.URLField(blank=True, default='', max_length=500)),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='partners.taxonomyterm')),
                ('taxonomy', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='partners.taxonomy')),
            ],
        ),
        migrations.CreateModel(
            name='Attribute',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('link_id', models.UUIDField()),
                ('link_entity', models.CharField(max_length=32)),
                ('link_type', models.CharField(blank=True, default='', max_length=64)),
                ('value', models.TextField(blank=True, default='')),
                ('label', models.CharField(blank=True, default='', max_length=255)),
                ('taxonomy_term', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='partners.taxonomyterm')),
            ],
            options={
                'indexes': [models.Index(fields=['link_id'], name='attribute_link')],
            },
        ),
        migrations.CreateModel(
            name='Service',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=255)),
                ('alternate_name', models.CharField(blank=True, default='', max_length=255)),
                ('description', models.TextField(blank=True, default='')),
                ('translations', models.JSONField(blank=True, default=dict)),
                ('category', models.CharField(blank=True, default='', max_length=32)),
                ('status', models.CharField(default='active', max_length=24)),
                ('visibility', models.CharField(default='network', max_length=16)),
                ('accepts_referrals', models.BooleanField(default=False)),
                ('intake_mode', models.CharField(default='open', max_length=16)),
                ('referral_method', models.CharField(blank=True, default='', max_length=255)),
                ('url', models.URLField(blank=True, default='', max_length=500)),
                ('email', models.EmailField(blank=True, default='', max_length=254)),
                ('phone', models.CharField(blank=True, default='', max_length=64)),
                ('alert', models.TextField(blank=True, default='')),
                ('application_process', models.TextField(blank=True, default='')),
                ('fees_description', models.TextField(blank=True, default='')),
                ('eligibility_description', models.TextField(blank=True, default='')),
                ('interpretation_services', models.TextField(blank=True, default='')),
                ('minimum_age', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('maximum_age', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('sexes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), blank=True, default=list, size=None)),
                ('migration_statuses', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), blank=True, default=list, size=None)),
                ('citizenships', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=2), blank=True, default=list, size=None)),
                ('soft_rules', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), blank=True, default=list, size=None)),
                ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=3), blank=True, default=list, size=None)),
                ('interpreter', models.BooleanField(default=False)),
                ('covers_country', models.BooleanField(default=False)),
                ('waiting_list', models.BooleanField(default=False)),
                ('asks_for', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), blank=True, default=list, size=None)),
                ('verified_on', models.DateField(blank=True, null=True)),
                ('verified_by', models.CharField(blank=True, default='', max_length=150)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='partners.organisation')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('accepts_referrals', True), ('status', 'active')), fields=['category'], name='service_referable'), django.contrib.postgres.indexes.GinIndex(fields=['name'], name='service_name_words', opclasses=['gin_trgm_ops'])],
                'constraints': [models.CheckConstraint(condition=models.Q(('category__in', ['safety', 'shelter', 'food_nfi', 'cash', 'health', 'mhpss', 'legal', 'documents', 'protection_claim', 'child_protection', 'gbv', 'trafficking', 'family_links', 'education', 'language', 'employment', 'disability', 'return', 'consular', 'information', ''])), name='service_category_coded'), models.CheckConstraint(condition=models.Q(('status__in', ['active', 'inactive', 'defunct', 'temporarily closed'])), name='service_status_coded'), models.CheckConstraint(condition=models.Q(('minimum_age__isnull', True), ('maximum_age__isnull', True), ('minimum_age__lte', models.F('maximum_age')), _connector='OR'), name='service_ages_in_order', violation_error_message='The lowest age is above the highest age.'), models.CheckConstraint(condition=models.Q(('visibility__in', ['public', 'network', 'restricted'])), name='service_visibility_coded'), models.CheckConstraint(condition=models.Q(('intake_mode__in', ['open', 'appointment', 'referral_only'])), name='service_intake_coded')],
            },
        ),
        migrations.CreateModel(
            name='Area',
            fields=[
                ('code', models.CharField(max_length=16, primary_key=True, serialize=False)),
                ('name_en', models.CharField(max_length=100)),
                ('name_ru', models.CharField(max_length=100)),
                ('name_be', models.CharField(max_length=100)),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='partners.area')),
            ],
        ),
        migrations.CreateModel(
            name='Location',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('location_type', models.CharField(default='physical', max_length=16)),
                ('name', models.CharField(blank=True, default='', max_length=255)),
                ('description', models.TextField(blank=True, default='')),
                ('address', models.CharField(blank=True, default='', max_length=255)),
                ('city', models.CharField(blank=True, default='', max_length=100)),
                ('latitude', models.FloatField(blank=True, null=True)),
                ('longitude', models.FloatField(blank=True, null=True)),
                ('confidential', models.BooleanField(default=False)),
                ('area', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='partners.area')),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='partners.organisation')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('location_type__in', ['physical', 'postal', 'virtual'])), name='location_type_coded'), models.CheckConstraint(condition=models.Q(('confidential', False), models.Q(('address', ''), ('city', ''), ('latitude', None), ('longitude', None)), _connector='OR'), name='confidential_location_has_no_address'), models.CheckConstraint(condition=models.Q(('latitude', None), models.Q(('latitude__gte', -90), ('latitude__lte', 90)), _connector='OR'), name='latitude_in_range'), models.CheckConstraint(condition=models.Q(('longitude', None), models.Q(('longitude__gte', -180), ('longitude__lte', 180)), _connector='OR'), name='longitude_in_range')],
            },
        ),
        migrations.CreateModel(
            name='ServiceAtLocation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('description', models.TextField(blank=True, default='')),
                ('location', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='partners.location')),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='partners.service')),
            ],
        ),
        migrations.CreateModel(
            name='Phone',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=64)),
                ('extension', models.CharField(blank=True, default='', max_length=16)),
                ('type', models.CharField(blank=True, default='', max_length=32)),
                ('description', models.TextField(blank=True, default='')),
                ('location', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='phones', to='partners.location')),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='phones', to='partners.organisation')),
                ('service', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='phones', to='partners.service')),
                ('service_at_location', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='phones', to='partners.serviceatlocation')),
            ],
        ),
        migrations.CreateModel(
            name='RequiredDocument',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('document', models.CharField(max_length=255)),
                ('uri', models.URLField(blank=True, default='', max_length=500)),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='partners.service')),
            ],
        ),
        migrations.CreateModel(
            name='Schedule',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('valid_from', models.DateField(null=True)),
                ('valid_to', models.DateField(null=True)),
                ('timezone', models.CharField(blank=True, default='', max_length=16)),
                ('freq', models.CharField(blank=True, default='', max_length=8)),
                ('interval', models.PositiveSmallIntegerField(null=True)),
                ('byday', models.CharField(blank=True, default='', max_length=64)),
                ('bymonthday', models.CharField(blank=True, default='', max_length=100)),
                ('opens_at', models.CharField(blank=True, default='', max_length=16)),
                ('closes_at', models.CharField(blank=True, default='', max_length=16)),
                ('description', models.TextField(blank=True, default='')),
                ('location', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='partners.location')),
                ('service', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='partners.service')),
                ('service_at_location', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='partners.serviceatlocation')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('freq__in', ['', 'WEEKLY', 'MONTHLY'])), name='schedule_freq_coded')],
            },
        ),
        migrations.CreateModel(
            name='ServiceArea',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(blank=True, default='', max_length=255)),
                ('description', models.TextField(blank=True, default='')),
                ('extent', models.TextField(blank=True, default='')),
                ('extent_type', models.CharField(blank=True, default='', max_length=32)),
                ('uri', models.URLField(blank=True, default='', max_length=500)),
                ('area', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='partners.area')),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='partners.service')),
            ],
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=100)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='partners.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'name'), name='team_once')],
            },
        ),
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=200)),
                ('organisation_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ('purposes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), size=None)),
                ('data_classes', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=None)),
                ('categories', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), blank=True, default=list, size=None)),
                ('countries', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=2), default=list, size=None)),
                ('duplicate_check', models.BooleanField(default=False)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField()),
                ('status', models.CharField(default='active', max_length=16)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_from__lte', models.F('valid_to'))), name='agreement_dates_in_order'), models.CheckConstraint(condition=models.Q(('status__in', ['active', 'ended'])), name='agreement_status_coded')],
            },
        ),
        migrations.CreateModel(
            name='Capacity',
            fields=[
                ('service', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to='partners.service')),
                ('status', models.CharField(default='capacity', max_length=24)),
                ('maximum', models.PositiveIntegerField(blank=True, null=True)),
                ('used', models.PositiveIntegerField(default=0)),
                ('updated_at', models.DateTimeField()),
                ('expected_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['capacity', 'waitlist', 'no_capacity', 'assessment_required'])), name='capacity_status_coded'), models.CheckConstraint(condition=models.Q(('maximum', None), ('used__lte', models.F('maximum')), _connector='OR'), name='capacity_never_oversold')],
            },
        ),
        migrations.CreateModel(
            name='Address',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('attention', models.CharField(blank=True, default='', max_length=255)),
                ('address_1', models.CharField(max_length=255)),
                ('address_2', models.CharField(blank=True, default='', max_length=255)),
                ('city', models.CharField(max_length=100)),
                ('region', models.CharField(blank=True, default='', max_length=100)),
                ('state_province', models.CharField(max_length=100)),
                ('postal_code', models.CharField(max_length=32)),
                ('country', models.CharField(max_length=2)),
                ('address_type', models.CharField(max_length=16)),
                ('location', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='addresses', to='partners.location')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('address_type__in', ['physical', 'postal', 'virtual'])), name='address_type_coded')],
            },
        ),
        migrations.CreateModel(
            name='Member',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=150)),
                ('role', models.CharField(max_length=32)),
                ('is_active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='partners.organisation')),
                ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='partners.team')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'role'], name='member_role')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_active', True)), fields=('user',), name='one_active_membership'), models.CheckConstraint(condition=models.Q(('role__in', ['caseworker', 'coordinator', 'data_protection_officer', 'focal_point', 'hotline_operator', 'organisation_admin', 'policy_analyst', 'supervisor', 'system_admin'])), name='member_role_known')],
            },
        ),
    ]
