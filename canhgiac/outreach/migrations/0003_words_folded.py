from django.db import migrations

from canhgiac.kit.text import fold


def fold_words(apps, schema_editor):
    """Drafts of before are found by the search too."""
    drafts = apps.get_model("outreach", "Warning").objects
    for row in drafts.filter(folded="").iterator():
        row.folded = fold(" ".join((row.title, row.happens, row.signs, row.advice)))
        row.save(update_fields=["folded"])


class Migration(migrations.Migration):

    dependencies = [("outreach", "0002_dropped_and_searched")]

    operations = [migrations.RunPython(fold_words, migrations.RunPython.noop, elidable=True)]
