from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("plans", "0003_ledger_within")]

    operations = [
        migrations.AlterField(
            model_name="population",
            name="unit",
            field=models.CharField(
                choices=[
                    ("agency", "cơ quan, đơn vị"),
                    ("school", "cơ sở giáo dục"),
                    ("firm", "doanh nghiệp"),
                    ("branch", "điểm giao dịch"),
                    ("commune", "xã, phường, đặc khu"),
                    ("group", "tổ dân phố, thôn"),
                    ("household", "hộ gia đình"),
                    ("person", "người"),
                    ("thing", "đối tượng"),
                ],
                max_length=9,
                verbose_name="đơn vị tính",
            ),
        ),
    ]
