import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('partners', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='MailboxMessage',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('to', models.EmailField(max_length=254)),
                ('subject', models.CharField(max_length=255)),
                ('text', models.TextField()),
                ('html', models.TextField(default='')),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('event_id', models.UUIDField()),
                ('channel', models.CharField(max_length=8)),
                ('urgency', models.CharField(max_length=12)),
                ('code', models.CharField(max_length=12)),
                ('status', models.CharField(default='waiting', max_length=12)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_try_at', models.DateTimeField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('error', models.CharField(default='', max_length=64)),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.member')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('status__in', ['waiting', 'sending'])), fields=['next_try_at'], name='delivery_due')],
                'constraints': [models.UniqueConstraint(fields=('event_id', 'recipient', 'channel'), name='delivered_once'), models.CheckConstraint(condition=models.Q(('channel__in', ['app', 'email'])), name='delivery_channel_known'), models.CheckConstraint(condition=models.Q(('status__in', ['waiting', 'sending', 'sent', 'failed', 'dropped'])), name='delivery_status_known')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('event_id', models.UUIDField()),
                ('kind', models.CharField(max_length=64)),
                ('urgency', models.CharField(max_length=12)),
                ('referral_id', models.UUIDField(null=True)),
                ('case_id', models.UUIDField(null=True)),
                ('at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.member')),
            ],
            options={
                'indexes': [models.Index(models.F('recipient'), models.OrderBy(models.F('at'), descending=True), name='notice_list'), models.Index(condition=models.Q(('read_at', None)), fields=['recipient'], name='notice_unread')],
                'constraints': [models.UniqueConstraint(fields=('event_id', 'recipient'), name='told_once')],
            },
        ),
    ]
