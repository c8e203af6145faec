import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('agencies', '0005_quotas'),
        ('agencies', '__first__'),
        ('library', '0005_rendering_fit'),
        ('tips', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Cluster',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=160, verbose_name='tên')),
                ('named_by_hand', models.BooleanField(default=False)),
                ('form', models.CharField(blank=True, default='', max_length=8, verbose_name='hình thức')),
                ('keywords', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None)),
                ('leader', models.BinaryField(blank=True, default=b'')),
                ('state', models.CharField(choices=[('live', 'Đang theo dõi'), ('quiet', 'Đã lắng'), ('merged', 'Đã nhập')], default='live', max_length=6)),
                ('size', models.IntegerField(default=0)),
                ('weight', models.FloatField(default=0.0)),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('version', models.IntegerField(default=1)),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='radar.cluster')),
            ],
            options={
                'verbose_name': 'cụm',
                'verbose_name_plural': 'cụm',
                'indexes': [models.Index(fields=['state', '-last_at'], name='cluster_by_state')],
            },
        ),
        migrations.CreateModel(
            name='Card',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('new', 'Mới'), ('watched', 'Đang theo dõi'), ('drafted', 'Đã soạn cảnh báo'), ('dismissed', 'Đã bỏ qua')], default='new', max_length=9, verbose_name='trạng thái')),
                ('raised_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('since', models.DateTimeField(verbose_name='từ lúc')),
                ('observed', models.FloatField()),
                ('expected', models.FloatField()),
                ('q_value', models.FloatField()),
                ('facts', models.JSONField(default=dict)),
                ('first_seen_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decision', models.CharField(blank=True, default='', max_length=500, verbose_name='lý do')),
                ('was_right', models.BooleanField(blank=True, null=True)),
                ('version', models.IntegerField(default=1)),
                ('area', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.area', verbose_name='địa bàn')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('cluster', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cards', to='radar.cluster')),
            ],
            options={
                'verbose_name': 'thẻ ra-đa',
                'verbose_name_plural': 'thẻ ra-đa',
                'indexes': [models.Index(fields=['state', '-raised_at'], name='card_by_state')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['new', 'watched'])), fields=('cluster', 'area'), name='card_one_open', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='ClusterDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('count', models.IntegerField(default=0)),
                ('weight', models.FloatField(default=0.0)),
                ('area', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.area')),
                ('cluster', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='days', to='radar.cluster')),
            ],
            options={
                'verbose_name': 'ngày của cụm',
                'verbose_name_plural': 'ngày của cụm',
                'indexes': [models.Index(fields=['day'], name='cluster_day_by_day')],
                'constraints': [models.UniqueConstraint(fields=('cluster', 'area', 'day'), name='cluster_day_once', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='ClusterMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(max_length=8)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('facts', models.JSONField(default=dict)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('cluster', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='moves', to='radar.cluster')),
            ],
            options={
                'verbose_name': 'lần xếp lại',
                'verbose_name_plural': 'lần xếp lại',
            },
        ),
        migrations.CreateModel(
            name='ClusterToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.BinaryField(max_length=16, unique=True)),
                ('cluster', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tokens', to='radar.cluster')),
            ],
            options={
                'verbose_name': 'dấu của cụm',
                'verbose_name_plural': 'dấu của cụm',
            },
        ),
        migrations.CreateModel(
            name='Collaborator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('standing', models.CharField(blank=True, default='', max_length=120, verbose_name='vị trí trong cộng đồng')),
                ('confirmed', models.IntegerField(default=0)),
                ('refuted', models.IntegerField(default=0)),
                ('since', models.DateField(default=django.utils.timezone.localdate)),
                ('ended_on', models.DateField(blank=True, null=True)),
                ('version', models.IntegerField(default=1)),
                ('added_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('areas', models.ManyToManyField(related_name='+', to='agencies.area', verbose_name='địa bàn')),
                ('member', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='collaborator', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'cộng tác viên',
                'verbose_name_plural': 'cộng tác viên',
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(choices=[('first', 'mở cụm'), ('token', 'chung dấu vết'), ('text', 'lời gần giống'), ('hand', 'người xếp')], max_length=5)),
                ('likeness', models.FloatField(blank=True, null=True)),
                ('cluster', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='radar.cluster')),
                ('observation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='membership', to='tips.observation')),
            ],
            options={
                'verbose_name': 'thành viên của cụm',
                'verbose_name_plural': 'thành viên của cụm',
            },
        ),
        migrations.CreateModel(
            name='Signal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_key', models.UUIDField(unique=True)),
                ('seen_at', models.DateTimeField(verbose_name='thấy lúc')),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('words', models.CharField(blank=True, default='', max_length=500, verbose_name='lời kể ngắn')),
                ('photo_sha256', models.CharField(blank=True, default='', max_length=64)),
                ('how_many', models.PositiveSmallIntegerField(default=1, verbose_name='mấy người gặp')),
                ('state', models.CharField(choices=[('new', 'Đã nhận'), ('confirmed', 'Đúng'), ('refuted', 'Không đúng'), ('unclear', 'Chưa rõ'), ('withdrawn', 'Đã rút')], default='new', max_length=9, verbose_name='trạng thái')),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('feedback', models.CharField(blank=True, default='', max_length=500, verbose_name='phản hồi')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.area', verbose_name='địa bàn')),
                ('collaborator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signals', to='radar.collaborator')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('form', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='library.scamform')),
            ],
            options={
                'verbose_name': 'tín hiệu',
                'verbose_name_plural': 'tín hiệu',
                'indexes': [models.Index(fields=['state', '-received_at'], name='signal_by_state'), models.Index(fields=['collaborator', '-received_at'], name='signal_by_collaborator')],
            },
        ),
    ]
