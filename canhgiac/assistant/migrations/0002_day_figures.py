from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assistant", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="DayFigure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="ngày")),
                (
                    "what",
                    models.CharField(
                        choices=[("talks", "Cuộc trò chuyện"), ("acts", "Việc được hỏi")], max_length=5
                    ),
                ),
                ("key", models.CharField(max_length=12)),
                ("number", models.PositiveIntegerField(verbose_name="số lượng")),
            ],
            options={
                "verbose_name": "số liệu ngày",
                "verbose_name_plural": "số liệu ngày",
                "constraints": [models.UniqueConstraint(fields=("day", "what", "key"), name="day_figure_once")],
            },
        ),
    ]
