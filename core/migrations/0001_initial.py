import core.fields
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('email', models.EmailField(max_length=254, unique=True)),
                ('name', models.CharField(max_length=150)),
                ('language', models.CharField(default='en', max_length=2)),
                ('is_active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=64)),
                ('about', models.UUIDField()),
                ('case_id', models.UUIDField(null=True)),
                ('referral_id', models.UUIDField(null=True)),
                ('actor_member_id', models.UUIDField(null=True)),
                ('actor_token_id', models.UUIDField(null=True)),
                ('actor_organisation_id', models.UUIDField(null=True)),
                ('organisation_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
                ('facts', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('case_id__isnull', False)), fields=['case_id', 'at'], name='event_case'), models.Index(condition=models.Q(('referral_id__isnull', False)), fields=['referral_id', 'at'], name='event_referral'), models.Index(fields=['about'], name='event_about'), django.contrib.postgres.indexes.GinIndex(fields=['organisation_ids'], name='event_organisations')],
            },
        ),
        migrations.CreateModel(
            name='Feed',
            fields=[
                ('position', models.BigAutoField(primary_key=True, serialize=False)),
                ('organisation_id', models.UUIDField()),
                ('event_id', models.UUIDField()),
            ],
            options={
                'indexes': [models.Index(fields=['organisation_id', 'position'], name='feed_position')],
                'constraints': [models.UniqueConstraint(fields=('organisation_id', 'event_id'), name='event_once_a_feed')],
            },
        ),
        migrations.CreateModel(
            name='IdempotentAnswer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organisation_id', models.UUIDField()),
                ('principal_id', models.UUIDField()),
                ('key', models.CharField(max_length=255)),
                ('fingerprint', models.CharField(max_length=64)),
                ('status', models.PositiveSmallIntegerField(default=0)),
                ('body', core.fields.EncryptedText(default='', editable=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('principal_id', 'key'), name='one_answer_per_key')],
            },
        ),
        migrations.CreateModel(
            name='Outbox',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('event_id', models.UUIDField(unique=True)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('next_try_at', models.DateTimeField()),
                ('error', models.CharField(default='', max_length=200)),
            ],
            options={
                'indexes': [models.Index(fields=['next_try_at'], name='outbox_next_try')],
            },
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('user_id', models.UUIDField()),
                ('member_id', models.UUIDField(null=True)),
                ('organisation_id', models.UUIDField()),
                ('about', models.UUIDField()),
                ('subject', models.CharField(max_length=32)),
                ('field_class', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['about', 'at'], name='reading_about'), models.Index(models.F('organisation_id'), models.OrderBy(models.F('at'), descending=True), name='reading_organisation')],
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organisation_id', models.UUIDField()),
                ('principal_id', models.UUIDField()),
                ('list_name', models.CharField(max_length=64)),
                ('label', core.fields.EncryptedText(editable=True)),
                ('query', models.CharField(max_length=500)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['principal_id', 'list_name', 'created_at'], name='view_of_list')],
            },
        ),
    ]
