"""A member's own phone, proven by a code."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0005_quotas'),
    ]

    operations = [
        migrations.CreateModel(
            name='MemberPhone',
            fields=[
                ('member', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='phone', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('number', models.CharField(blank=True, default='', max_length=16, verbose_name='số điện thoại')),
                ('proven_at', models.DateTimeField(blank=True, null=True, verbose_name='xác nhận lúc')),
                ('asked', models.CharField(blank=True, default='', max_length=16, verbose_name='số chờ xác nhận')),
                ('code_digest', models.BinaryField(blank=True, max_length=32, null=True)),
                ('code_until', models.DateTimeField(blank=True, null=True)),
                ('tries', models.SmallIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'số điện thoại của thành viên',
                'verbose_name_plural': 'số điện thoại của thành viên',
                'constraints': [models.UniqueConstraint(condition=models.Q(('number', ''), _negated=True), fields=('number',), name='member_phone_once')],
            },
        ),
    ]
