import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0003_boundaries'),
        ('agencies', '__first__'),
        ('plans', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Population',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='tên')),
                ('unit', models.CharField(choices=[('agency', 'cơ quan, đơn vị'), ('school', 'cơ sở giáo dục'), ('firm', 'doanh nghiệp'), ('branch', 'điểm giao dịch'), ('commune', 'xã, phường, đặc khu'), ('group', 'tổ dân phố, thôn'), ('household', 'hộ gia đình'), ('person', 'người')], max_length=9, verbose_name='đơn vị tính')),
                ('basis', models.CharField(choices=[('agencies', 'Sổ cơ quan'), ('areas', 'Sổ địa bàn'), ('list', 'Danh sách nhập vào'), ('count', 'Số liệu có nguồn')], max_length=8, verbose_name='căn cứ')),
                ('as_of', models.DateField(verbose_name='tính đến ngày')),
                ('source', models.CharField(max_length=250, verbose_name='nguồn')),
                ('choice', models.JSONField(default=dict)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='populations', to='agencies.agency', verbose_name='cơ quan lập')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('replaces', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='plans.population', verbose_name='thay cho')),
            ],
            options={
                'verbose_name': 'tổng thể',
                'verbose_name_plural': 'tổng thể',
            },
        ),
        migrations.CreateModel(
            name='PopulationPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=200, verbose_name='tên')),
                ('size', models.BigIntegerField(blank=True, null=True, verbose_name='số lượng')),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
                ('area', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.area')),
                ('population', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='plans.population')),
            ],
            options={
                'verbose_name': 'phần của tổng thể',
                'verbose_name_plural': 'phần của tổng thể',
                'constraints': [models.UniqueConstraint(fields=('population', 'agency', 'area', 'label'), name='population_part_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('size__isnull', True), ('size__gte', 0), _connector='OR'), name='part_size')],
            },
        ),
        migrations.CreateModel(
            name='TargetMeasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('method', models.CharField(choices=[('count', 'Đếm trên tổng thể'), ('survey', 'Khảo sát mẫu'), ('tally', 'Đếm số việc')], max_length=6, verbose_name='cách đo')),
                ('counting', models.CharField(choices=[('manual', 'Nhập có nguồn'), ('activities', 'Từ hoạt động đã công nhận'), ('sub_plans', 'Từ kế hoạch đơn vị đã gửi'), ('reports', 'Từ báo cáo định kỳ')], default='manual', max_length=10, verbose_name='nguồn tử số')),
                ('rule', models.JSONField(default=dict)),
                ('since', models.DateField(blank=True, null=True, verbose_name='tính từ ngày')),
                ('until', models.DateField(blank=True, null=True, verbose_name='đến ngày')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('population', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='measures', to='plans.population', verbose_name='tổng thể')),
                ('target', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='measures', to='plans.target')),
            ],
            options={
                'verbose_name': 'cách đo chỉ tiêu',
                'verbose_name_plural': 'cách đo chỉ tiêu',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('method', 'tally'), ('population__isnull', True)), models.Q(models.Q(('method', 'tally'), _negated=True), ('population__isnull', False)), _connector='OR'), name='measure_has_population')],
            },
        ),
        migrations.CreateModel(
            name='TallyItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=250, verbose_name='việc đã làm')),
                ('on', models.DateField(verbose_name='ngày')),
                ('source', models.CharField(max_length=250, verbose_name='nguồn')),
                ('links', django.contrib.postgres.fields.ArrayField(base_field=models.URLField(max_length=500), blank=True, default=list, size=None)),
                ('origin', models.CharField(blank=True, default='', max_length=40)),
                ('origin_id', models.BigIntegerField(blank=True, null=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('measure', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='plans.targetmeasure')),
            ],
            options={
                'verbose_name': 'việc đã đếm',
                'verbose_name_plural': 'việc đã đếm',
            },
        ),
        migrations.CreateModel(
            name='Survey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(verbose_name='ngày')),
                ('sample_size', models.IntegerField(verbose_name='số người được hỏi')),
                ('positive', models.IntegerField(verbose_name='số đạt')),
                ('source', models.CharField(max_length=250, verbose_name='nguồn')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('measure', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='surveys', to='plans.targetmeasure')),
            ],
            options={
                'verbose_name': 'khảo sát',
                'verbose_name_plural': 'khảo sát',
                'constraints': [models.CheckConstraint(condition=models.Q(('positive__gte', 0), ('positive__lte', models.F('sample_size')), ('sample_size__gt', 0)), name='survey_within_sample')],
            },
        ),
        migrations.CreateModel(
            name='MeasurePoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('reached', models.BigIntegerField()),
                ('total', models.BigIntegerField(null=True)),
                ('unknown', models.BigIntegerField(default=0)),
                ('empty', models.BigIntegerField(default=0)),
                ('measure', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='points', to='plans.targetmeasure')),
            ],
            options={
                'verbose_name': 'điểm của chỉ tiêu',
                'verbose_name_plural': 'diễn biến chỉ tiêu',
                'constraints': [models.UniqueConstraint(fields=('measure', 'on'), name='measure_point_once')],
            },
        ),
        migrations.CreateModel(
            name='Counted',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.BigIntegerField(blank=True, null=True, verbose_name='đã đạt')),
                ('empty', models.BooleanField(default=False, verbose_name='gửi nhưng trống')),
                ('on', models.DateField(verbose_name='ngày')),
                ('source', models.CharField(blank=True, default='', max_length=250, verbose_name='nguồn')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('part', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='counted', to='plans.populationpart')),
                ('measure', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='counted', to='plans.targetmeasure')),
            ],
            options={
                'verbose_name': 'số đã đếm',
                'verbose_name_plural': 'số đã đếm',
                'constraints': [models.UniqueConstraint(fields=('measure', 'part'), name='counted_once'), models.CheckConstraint(condition=models.Q(models.Q(('empty', True), ('value__isnull', True)), models.Q(('empty', False), ('value__gte', 0)), _connector='OR'), name='counted_known_or_empty')],
            },
        ),
        migrations.CreateModel(
            name='CountedSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origin', models.CharField(max_length=40)),
                ('origin_id', models.BigIntegerField()),
                ('label', models.CharField(max_length=250)),
                ('on', models.DateField()),
                ('counted', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sources', to='plans.counted')),
            ],
            options={
                'verbose_name': 'căn cứ của số đã đếm',
                'verbose_name_plural': 'căn cứ của số đã đếm',
                'indexes': [models.Index(fields=['origin', 'origin_id'], name='counted_source_by_origin')],
                'constraints': [models.UniqueConstraint(fields=('counted', 'origin', 'origin_id'), name='counted_source_once')],
            },
        ),
    ]
