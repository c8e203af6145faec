import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Area',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=24, verbose_name='mã')),
                ('name', models.CharField(max_length=120, verbose_name='tên')),
                ('level', models.SmallIntegerField(choices=[(1, 'cấp tỉnh'), (2, 'cấp huyện (trước 01/7/2025)'), (3, 'cấp xã'), (4, 'tổ dân phố, thôn')], verbose_name='cấp')),
                ('kind', models.CharField(max_length=40, verbose_name='loại')),
                ('path', models.CharField(default='', editable=False, max_length=200)),
                ('folded', models.CharField(default='', editable=False, max_length=120)),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='từ ngày')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='đến hết ngày')),
                ('search', models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.SearchVector('folded', config='simple'), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='agencies.area', verbose_name='thuộc')),
            ],
            options={
                'verbose_name': 'địa bàn',
                'verbose_name_plural': 'địa bàn',
                'indexes': [models.Index(fields=['path'], name='area_path_prefix', opclasses=['varchar_pattern_ops']), models.Index(fields=['level', 'folded'], name='area_level_name'), django.contrib.postgres.indexes.GinIndex(fields=['search'], name='area_search')],
                'constraints': [models.UniqueConstraint(fields=('code', 'level', 'valid_from'), name='area_code_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_from__isnull', True), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='area_dates_in_order')],
            },
        ),
        migrations.CreateModel(
            name='Agency',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='tên')),
                ('short_name', models.CharField(blank=True, default='', max_length=60, verbose_name='tên viết tắt')),
                ('kind', models.CharField(choices=[('ubnd_province', 'UBND cấp tỉnh'), ('ubnd_district', 'UBND cấp huyện (trước 01/7/2025)'), ('ubnd_commune', 'UBND cấp xã'), ('police_province', 'Công an tỉnh'), ('police_commune', 'Công an cấp xã'), ('department', 'Sở, ban, ngành'), ('party', 'Cơ quan Đảng'), ('front', 'Mặt trận, đoàn thể'), ('press', 'Báo, đài'), ('bank', 'Ngân hàng'), ('telecom', 'Doanh nghiệp viễn thông, internet'), ('enterprise', 'Doanh nghiệp khác'), ('school', 'Cơ sở giáo dục'), ('health', 'Cơ sở y tế'), ('justice', 'Viện kiểm sát, tòa án, thi hành án'), ('unit', 'Phòng, đơn vị trực thuộc'), ('other', 'Khác')], max_length=24, verbose_name='loại')),
                ('path', models.CharField(default='', editable=False, max_length=200)),
                ('email', models.EmailField(blank=True, default='', max_length=254, verbose_name='thư điện tử')),
                ('folded', models.CharField(default='', editable=False, max_length=270)),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='từ ngày')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='đến hết ngày')),
                ('search', models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.SearchVector('folded', config='simple'), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='agencies.agency', verbose_name='cấp trên')),
                ('area', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='agencies', to='agencies.area', verbose_name='địa bàn')),
            ],
            options={
                'verbose_name': 'cơ quan',
                'verbose_name_plural': 'cơ quan',
                'indexes': [models.Index(fields=['path'], name='agency_path_prefix', opclasses=['varchar_pattern_ops']), models.Index(fields=['kind', 'folded'], name='agency_kind_name'), django.contrib.postgres.indexes.GinIndex(fields=['search'], name='agency_search')],
                'constraints': [models.UniqueConstraint(fields=('name', 'area', 'parent', 'valid_from'), name='agency_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_from__isnull', True), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='agency_dates_in_order')],
            },
        ),
        migrations.CreateModel(
            name='Member',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='thư điện tử')),
                ('full_name', models.CharField(max_length=120, verbose_name='họ và tên')),
                ('title', models.CharField(blank=True, default='', max_length=120, verbose_name='chức vụ')),
                ('language', models.CharField(default='vi', max_length=5, verbose_name='ngôn ngữ')),
                ('is_active', models.BooleanField(default=True, verbose_name='đang hoạt động')),
                ('joined_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='tham gia lúc')),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='members', to='agencies.agency', verbose_name='cơ quan')),
            ],
            options={
                'verbose_name': 'thành viên',
                'verbose_name_plural': 'thành viên',
            },
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='tên')),
                ('key_sha256', models.CharField(max_length=64, unique=True)),
                ('scopes', models.JSONField(default=list)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='hết hạn lúc')),
                ('last_used_at', models.DateTimeField(blank=True, null=True, verbose_name='dùng lần cuối')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='thu hồi lúc')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='api_tokens', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'mã truy cập',
                'verbose_name_plural': 'mã truy cập',
            },
        ),
        migrations.CreateModel(
            name='AreaSuccession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(verbose_name='ngày')),
                ('whole', models.BooleanField(default=True, verbose_name='toàn bộ')),
                ('act', models.CharField(blank=True, default='', max_length=120, verbose_name='văn bản')),
                ('predecessor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='successions', to='agencies.area')),
                ('successor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='precessions', to='agencies.area')),
            ],
            options={
                'verbose_name': 'kế thừa địa bàn',
                'verbose_name_plural': 'kế thừa địa bàn',
                'constraints': [models.UniqueConstraint(fields=('predecessor', 'successor'), name='area_succession_once'), models.CheckConstraint(condition=models.Q(('predecessor', models.F('successor')), _negated=True), name='area_not_its_own_successor')],
            },
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.BigIntegerField(unique=True)),
                ('at', models.DateTimeField(verbose_name='lúc')),
                ('act', models.CharField(max_length=60, verbose_name='việc')),
                ('subject_type', models.CharField(max_length=60)),
                ('subject_id', models.CharField(max_length=60)),
                ('facts', models.JSONField(default=dict)),
                ('previous_hash', models.CharField(max_length=64)),
                ('hash', models.CharField(max_length=64)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người')),
            ],
            options={
                'verbose_name': 'dòng nhật ký',
                'verbose_name_plural': 'nhật ký',
                'indexes': [models.Index(fields=['subject_type', 'subject_id'], name='audit_by_subject'), models.Index(fields=['actor', '-at'], name='audit_by_actor'), models.Index(fields=['act', '-at'], name='audit_by_act')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, verbose_name='thư điện tử')),
                ('full_name', models.CharField(blank=True, default='', max_length=120, verbose_name='họ và tên')),
                ('kind', models.CharField(choices=[('coordinator', 'Điều phối viên'), ('officer', 'Cán bộ đầu mối'), ('editor', 'Biên tập viên'), ('approver', 'Người duyệt'), ('tip_officer', 'Cán bộ tiếp nhận tin báo'), ('trainer', 'Người tập huấn'), ('partner', 'Đối tác'), ('collaborator', 'Cộng tác viên'), ('auditor', 'Người kiểm tra'), ('admin', 'Quản trị viên')], max_length=16, verbose_name='vai trò')),
                ('key_sha256', models.CharField(max_length=64, unique=True)),
                ('invited_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField(verbose_name='hết hạn lúc')),
                ('accepted_at', models.DateTimeField(blank=True, null=True, verbose_name='nhận lời lúc')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='rút lúc')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='agencies.agency', verbose_name='cơ quan')),
                ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'lời mời',
                'verbose_name_plural': 'lời mời',
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.EmailField(max_length=254, verbose_name='gửi tới')),
                ('kind', models.CharField(max_length=40)),
                ('subject', models.CharField(max_length=200, verbose_name='tiêu đề')),
                ('body', models.TextField(verbose_name='nội dung')),
                ('link', models.CharField(blank=True, default='', max_length=300, verbose_name='đường dẫn')),
                ('state', models.CharField(choices=[('queued', 'chờ gửi'), ('sending', 'đang gửi'), ('sent', 'đã gửi'), ('failed', 'không gửi được')], default='queued', max_length=8, verbose_name='trạng thái')),
                ('attempts', models.SmallIntegerField(default=0)),
                ('error', models.CharField(blank=True, default='', max_length=300)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('attempted_at', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'thông báo',
                'verbose_name_plural': 'thông báo',
                'indexes': [models.Index(fields=['member', '-created_at'], name='notice_by_member'), models.Index(condition=models.Q(('state', 'sending')), fields=['attempted_at'], name='notice_in_mid_send')],
            },
        ),
        migrations.CreateModel(
            name='Role',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('coordinator', 'Điều phối viên'), ('officer', 'Cán bộ đầu mối'), ('editor', 'Biên tập viên'), ('approver', 'Người duyệt'), ('tip_officer', 'Cán bộ tiếp nhận tin báo'), ('trainer', 'Người tập huấn'), ('partner', 'Đối tác'), ('collaborator', 'Cộng tác viên'), ('auditor', 'Người kiểm tra'), ('admin', 'Quản trị viên')], max_length=16, verbose_name='vai trò')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='từ ngày')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='đến hết ngày')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='roles', to='agencies.agency', verbose_name='cơ quan')),
                ('granted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='granted_roles', to=settings.AUTH_USER_MODEL)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='roles', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'vai trò',
                'verbose_name_plural': 'vai trò',
                'constraints': [models.UniqueConstraint(fields=('member', 'kind', 'agency'), name='role_once')],
            },
        ),
        migrations.CreateModel(
            name='AgencyAlias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='tên khác')),
                ('folded', models.CharField(db_index=True, default='', editable=False, max_length=200)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='agencies.agency')),
            ],
            options={
                'verbose_name': 'tên khác',
                'verbose_name_plural': 'tên khác',
                'constraints': [models.UniqueConstraint(fields=('agency', 'folded'), name='alias_once')],
            },
        ),
        migrations.CreateModel(
            name='AgencySuccession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(verbose_name='ngày')),
                ('scope', models.CharField(blank=True, default='', max_length=200, verbose_name='lĩnh vực chuyển giao')),
                ('act', models.CharField(blank=True, default='', max_length=120, verbose_name='văn bản')),
                ('predecessor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='successions', to='agencies.agency')),
                ('successor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='precessions', to='agencies.agency')),
            ],
            options={
                'verbose_name': 'kế thừa cơ quan',
                'verbose_name_plural': 'kế thừa cơ quan',
                'constraints': [models.UniqueConstraint(fields=('predecessor', 'successor', 'scope'), name='agency_succession_once'), models.CheckConstraint(condition=models.Q(('predecessor', models.F('successor')), _negated=True), name='agency_not_its_own_successor')],
            },
        ),
    ]
