"""Tables of what is told: scam forms, laws, contacts, materials, how they are shared, what recognition learns from."""

from .contacts import Contact
from .editions import Checklist, Edition
from .forms import FormEdition, FormLaw, Rule, ScamForm
from .laws import Law, LawArticle
from .materials import OWN_LICENCE, Material, MaterialEdition, MaterialFile, Rendering
from .recognition import Doubt, ExampleMessage, OfficialMessage, RecognitionBuild
from .sharing import Handbook, HandbookBuild, HandbookItem, Pack, PackItem, PublicationEntry, Taking
from .words import VERDICTS, Channel, Group, Language, Layout, MaterialKind, Situation

__all__ = [
    "OWN_LICENCE",
    "VERDICTS",
    "Channel",
    "Checklist",
    "Contact",
    "Doubt",
    "Edition",
    "ExampleMessage",
    "FormEdition",
    "FormLaw",
    "Group",
    "Handbook",
    "HandbookBuild",
    "HandbookItem",
    "Language",
    "Law",
    "LawArticle",
    "Layout",
    "Material",
    "MaterialEdition",
    "MaterialFile",
    "MaterialKind",
    "OfficialMessage",
    "Pack",
    "PackItem",
    "PublicationEntry",
    "RecognitionBuild",
    "Rendering",
    "Rule",
    "ScamForm",
    "Situation",
    "Taking",
]
