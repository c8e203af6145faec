import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('agencies', '0003_boundaries'),
        ('agencies', '__first__'),
        ('plans', '0002_ledger'),
    ]

    operations = [
        migrations.CreateModel(
            name='Activity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('conference', 'Hội nghị, cuộc họp'), ('training', 'Lớp tập huấn'), ('portal', 'Bài trên trang, cổng của đơn vị'), ('portal_column', 'Chuyên mục trên cổng của tỉnh'), ('social', 'Bài đăng mạng xã hội của đơn vị'), ('national_share', 'Chia sẻ trang chính thức của trung ương'), ('sms', 'Tin nhắn SMS'), ('app_message', 'Thông báo trong ứng dụng'), ('chatbot', 'Trả lời tự động (chatbot)'), ('press', 'Báo chí, trang tin'), ('broadcast', 'Phát thanh, truyền hình'), ('loudspeaker', 'Loa, đài cơ sở'), ('banner', 'Pa-nô, băng rôn, áp phích'), ('leaflet', 'Tờ rơi'), ('infographic', 'Infographic, ấn phẩm nhận diện'), ('handbook', 'Cẩm nang'), ('video', 'Video, phim ngắn'), ('culture_event', 'Văn hóa, văn nghệ, thể thao'), ('mobile_outreach', 'Tuyên truyền lưu động'), ('bank_counter', 'Tại quầy giao dịch ngân hàng'), ('door_to_door', 'Trực tiếp tại tổ dân phố, thôn'), ('school_lesson', 'Tiết học, ngoại khóa'), ('contest', 'Cuộc thi'), ('mobile_trial', 'Xét xử lưu động'), ('intranet', 'Mạng nội bộ'), ('staff_pages', 'Trang cá nhân của cán bộ'), ('material_exchange', 'Cung cấp tài liệu cho đơn vị khác'), ('drill', 'Diễn tập'), ('commendation', 'Biểu dương, khen thưởng'), ('other', 'Khác')], max_length=20, verbose_name='hình thức')),
                ('title', models.CharField(max_length=200, verbose_name='tên hoạt động')),
                ('description', models.TextField(blank=True, default='', verbose_name='nội dung')),
                ('on', models.DateField(verbose_name='ngày')),
                ('until', models.DateField(blank=True, null=True, verbose_name='đến ngày')),
                ('place', models.CharField(blank=True, default='', max_length=200, verbose_name='nơi diễn ra')),
                ('latitude', models.DecimalField(blank=True, decimal_places=5, max_digits=8, null=True)),
                ('longitude', models.DecimalField(blank=True, decimal_places=5, max_digits=8, null=True)),
                ('audiences', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('public', 'Nhân dân'), ('officials', 'Cán bộ, công chức, viên chức, người lao động'), ('leaders', 'Người đứng đầu, lãnh đạo quản lý'), ('pupils', 'Học sinh'), ('students', 'Sinh viên'), ('youth', 'Thanh niên, cán bộ Đoàn'), ('teachers', 'Giáo viên, quản lý giáo dục'), ('armed_forces', 'Lực lượng vũ trang'), ('journalists', 'Phóng viên, lãnh đạo báo chí'), ('bank_staff', 'Nhân viên ngân hàng, tín dụng'), ('bank_customers', 'Khách hàng ngân hàng'), ('telecom', 'Nhân viên viễn thông, công nghệ; thuê bao'), ('firms', 'Doanh nghiệp, người tiêu dùng'), ('elderly', 'Người cao tuổi'), ('hard_to_reach', 'Người ít được tiếp cận thông tin, có hoàn cảnh khó khăn'), ('minorities', 'Đồng bào dân tộc thiểu số, vùng sâu, vùng xa'), ('respected', 'Người có uy tín'), ('households', 'Hộ gia đình, tổ dân phố, khu dân cư'), ('diaspora', 'Người ở nước ngoài'), ('security_staff', 'Cán bộ an toàn thông tin'), ('internet_users', 'Người dùng internet'), ('organisations', 'Cơ quan, doanh nghiệp, trường học nhận tài liệu')], max_length=20), blank=True, default=list, size=None, verbose_name='đối tượng')),
                ('people', models.PositiveIntegerField(blank=True, null=True, verbose_name='lượt người')),
                ('copies', models.PositiveIntegerField(blank=True, null=True, verbose_name='số bản')),
                ('minutes', models.PositiveIntegerField(blank=True, null=True, verbose_name='số phút phát')),
                ('times', models.PositiveIntegerField(blank=True, null=True, verbose_name='số lần phát, đăng')),
                ('views', models.PositiveIntegerField(blank=True, null=True, verbose_name='lượt xem, tiếp cận')),
                ('messages', models.PositiveIntegerField(blank=True, null=True, verbose_name='số tin đã gửi')),
                ('households', models.PositiveIntegerField(blank=True, null=True, verbose_name='số hộ gia đình')),
                ('links', django.contrib.postgres.fields.ArrayField(base_field=models.URLField(max_length=500), blank=True, default=list, size=None, verbose_name='liên kết')),
                ('state', models.CharField(choices=[('submitted', 'Chờ xem xét'), ('accepted', 'Đã công nhận'), ('returned', 'Trả lại'), ('withdrawn', 'Đã rút')], default='submitted', max_length=9, verbose_name='trạng thái')),
                ('origin', models.CharField(choices=[('form', 'Nhập trên trang'), ('offline', 'Ghi khi không có mạng'), ('import', 'Nhập từ bảng tính'), ('api', 'Phần mềm khác gửi'), ('system', 'Hệ thống tự ghi')], default='form', max_length=8, verbose_name='nguồn ghi')),
                ('origin_key', models.CharField(blank=True, max_length=80, null=True, unique=True)),
                ('version', models.IntegerField(default=1)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('reviewed_at', models.DateTimeField(blank=True, null=True)),
                ('return_reason', models.CharField(blank=True, default='', max_length=500, verbose_name='lý do trả lại')),
                ('folded', models.TextField(default='', editable=False)),
                ('search', models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.SearchVector(models.Func(models.F('folded'), models.Value('/-_.@+'), models.Value('      '), function='translate', output_field=models.TextField()), config='simple'), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='activities', to='agencies.agency', verbose_name='đơn vị thực hiện')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.area', verbose_name='địa bàn')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('duplicate_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='duplicates', to='activities.activity', verbose_name='trùng với')),
                ('reviewed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'hoạt động',
                'verbose_name_plural': 'hoạt động',
                'indexes': [models.Index(fields=['agency', '-on'], name='activity_by_agency'), models.Index(fields=['-on', '-id'], name='activity_by_day'), models.Index(fields=['state', '-on'], name='activity_by_state'), models.Index(fields=['kind', 'on'], name='activity_by_kind'), django.contrib.postgres.indexes.GinIndex(fields=['search'], name='activity_search')],
                'constraints': [models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gte', models.F('on')), _connector='OR'), name='activity_dates_in_order'), models.CheckConstraint(condition=models.Q(('duplicate_of', models.F('id')), _negated=True), name='activity_not_its_own_duplicate')],
            },
        ),
        migrations.CreateModel(
            name='ActivityArea',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='area_links', to='activities.activity')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='activity_links', to='agencies.area')),
            ],
            options={
                'verbose_name': 'địa bàn của hoạt động',
                'verbose_name_plural': 'địa bàn của hoạt động',
                'constraints': [models.UniqueConstraint(fields=('area', 'activity'), name='activity_area_once')],
            },
        ),
        migrations.CreateModel(
            name='ActivityStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('record', 'Ghi'), ('edit', 'Sửa'), ('accept', 'Công nhận'), ('return', 'Trả lại'), ('withdraw', 'Rút'), ('restore', 'Lấy lại'), ('join', 'Gộp trùng'), ('part', 'Bỏ gộp')], max_length=8)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('note', models.CharField(blank=True, default='', max_length=500)),
                ('before', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='activities.activity')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'bước của hoạt động',
                'verbose_name_plural': 'lịch sử hoạt động',
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='ActivityTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='task_links', to='activities.activity')),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='activity_links', to='plans.task')),
            ],
            options={
                'verbose_name': 'nhiệm vụ của hoạt động',
                'verbose_name_plural': 'nhiệm vụ của hoạt động',
                'constraints': [models.UniqueConstraint(fields=('activity', 'task'), name='activity_task_once')],
            },
        ),
        migrations.CreateModel(
            name='BudgetLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.SmallIntegerField(verbose_name='năm')),
                ('source', models.CharField(choices=[('state', 'Ngân sách nhà nước'), ('own', 'Nguồn của đơn vị'), ('social', 'Xã hội hóa, tài trợ')], max_length=6, verbose_name='nguồn')),
                ('content', models.CharField(max_length=250, verbose_name='nội dung chi')),
                ('planned', models.DecimalField(decimal_places=0, max_digits=16, verbose_name='dự toán (đồng)')),
                ('allocated', models.DecimalField(blank=True, decimal_places=0, max_digits=16, null=True, verbose_name='được giao (đồng)')),
                ('spent', models.DecimalField(blank=True, decimal_places=0, max_digits=16, null=True, verbose_name='đã chi (đồng)')),
                ('note', models.CharField(blank=True, default='', max_length=300, verbose_name='ghi chú')),
                ('version', models.IntegerField(default=1)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='budget_lines', to='agencies.agency', verbose_name='đơn vị')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plans.plan', verbose_name='kế hoạch')),
                ('task', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plans.task', verbose_name='nhiệm vụ')),
            ],
            options={
                'verbose_name': 'kinh phí',
                'verbose_name_plural': 'kinh phí',
                'indexes': [models.Index(fields=['plan', 'year'], name='budget_by_plan')],
                'constraints': [models.CheckConstraint(condition=models.Q(('planned__gte', 0), models.Q(('allocated__isnull', True), ('allocated__gte', 0), _connector='OR'), models.Q(('spent__isnull', True), ('spent__gte', 0), _connector='OR')), name='budget_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='Commendation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nominee_kind', models.CharField(choices=[('collective', 'tập thể'), ('person', 'cá nhân')], max_length=10, verbose_name='loại')),
                ('nominee', models.CharField(max_length=200, verbose_name='tập thể, cá nhân')),
                ('achievement', models.TextField(verbose_name='thành tích')),
                ('form', models.CharField(max_length=120, verbose_name='hình thức khen')),
                ('on', models.DateField(verbose_name='ngày đề xuất')),
                ('state', models.CharField(choices=[('proposed', 'Đã đề xuất'), ('endorsed', 'Đã trình'), ('awarded', 'Đã khen thưởng'), ('declined', 'Không được chấp thuận')], default='proposed', max_length=8, verbose_name='trạng thái')),
                ('decision', models.CharField(blank=True, default='', max_length=120, verbose_name='quyết định số, ngày')),
                ('version', models.IntegerField(default=1)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='commendations', to='agencies.agency', verbose_name='đơn vị đề xuất')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('plan', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plans.plan', verbose_name='kế hoạch')),
            ],
            options={
                'verbose_name': 'đề xuất khen thưởng',
                'verbose_name_plural': 'đề xuất khen thưởng',
            },
        ),
        migrations.CreateModel(
            name='DistinctPair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='activities.activity')),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='activities.activity')),
            ],
            options={
                'verbose_name': 'cặp khác nhau',
                'verbose_name_plural': 'các cặp khác nhau',
                'constraints': [models.UniqueConstraint(fields=('first', 'second'), name='distinct_pair_once'), models.CheckConstraint(condition=models.Q(('first__lt', models.F('second'))), name='distinct_pair_in_order')],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('photo', 'ảnh'), ('file', 'tệp')], max_length=5)),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('sha256', models.CharField(max_length=64)),
                ('source_sha256', models.CharField(max_length=64)),
                ('picture_hash', models.BigIntegerField(blank=True, null=True)),
                ('thumb_sha256', models.CharField(blank=True, default='', max_length=64)),
                ('original_sha256', models.CharField(blank=True, default='', max_length=64)),
                ('file_name', models.CharField(max_length=255, verbose_name='tên tệp')),
                ('content_type', models.CharField(max_length=100)),
                ('size', models.BigIntegerField(verbose_name='cỡ (byte)')),
                ('width', models.IntegerField(blank=True, null=True)),
                ('height', models.IntegerField(blank=True, null=True)),
                ('caption', models.CharField(blank=True, default='', max_length=200, verbose_name='chú thích')),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='activities.activity')),
                ('added_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('same_as', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='copies', to='activities.evidence')),
            ],
            options={
                'verbose_name': 'minh chứng',
                'verbose_name_plural': 'minh chứng',
                'ordering': ['added_at', 'id'],
                'indexes': [models.Index(fields=['source_sha256'], name='evidence_by_source'), models.Index(fields=['picture_hash'], name='evidence_by_looks')],
            },
        ),
        migrations.CreateModel(
            name='ImportBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_name', models.CharField(max_length=255, verbose_name='tên tệp')),
                ('sha256', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('checked', 'đã kiểm tra'), ('done', 'đã nhập'), ('undone', 'đã hoàn tác')], default='checked', max_length=8)),
                ('rows', models.JSONField(default=list)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency', verbose_name='đơn vị')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'lần nhập bảng tính',
                'verbose_name_plural': 'các lần nhập bảng tính',
            },
        ),
        migrations.CreateModel(
            name='Remark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('difficulty', 'Khó khăn'), ('obstacle', 'Vướng mắc'), ('proposal', 'Kiến nghị, đề xuất')], max_length=10, verbose_name='loại')),
                ('text', models.TextField(verbose_name='nội dung')),
                ('on', models.DateField(verbose_name='ngày')),
                ('state', models.CharField(choices=[('open', 'Chưa trả lời'), ('answered', 'Đã trả lời'), ('closed', 'Đã giải quyết')], default='open', max_length=8, verbose_name='trạng thái')),
                ('answer', models.TextField(blank=True, default='', verbose_name='trả lời')),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('version', models.IntegerField(default=1)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('addressed_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency', verbose_name='gửi tới')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='remarks', to='agencies.agency', verbose_name='đơn vị')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('plan', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plans.plan', verbose_name='kế hoạch')),
                ('task', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plans.task', verbose_name='nhiệm vụ')),
            ],
            options={
                'verbose_name': 'khó khăn, kiến nghị',
                'verbose_name_plural': 'khó khăn, kiến nghị',
                'indexes': [models.Index(fields=['agency', '-on'], name='remark_by_agency')],
            },
        ),
        migrations.AddField(
            model_name='activity',
            name='areas',
            field=models.ManyToManyField(related_name='+', through='activities.ActivityArea', to='agencies.area', verbose_name='địa bàn đã đến'),
        ),
        migrations.AddField(
            model_name='activity',
            name='tasks',
            field=models.ManyToManyField(related_name='+', through='activities.ActivityTask', to='plans.task', verbose_name='nhiệm vụ'),
        ),
    ]
