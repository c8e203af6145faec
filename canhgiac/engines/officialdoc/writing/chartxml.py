"""Native charts of a DOCX (DrawingML), each with the small workbook that Word opens to edit its data."""

from __future__ import annotations

from xml.sax.saxutils import escape

from . import package
from .chartlook import GRID, TEXT_SIZE, UNKNOWN, colours, lies
from .compose import FONT
from .model import Chart, Series
from .words import clean

_CAT, _VAL = 111_111_111, 222_222_222
"""Ids of the two axes inside one chart."""
_SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def chart_xml(chart: Chart) -> str:
    """The chart part."""
    plot = _lines(chart) if chart.kind == "line" else _bars(chart)
    legend = (
        f'<c:legend><c:legendPos val="b"/><c:overlay val="0"/>{_text(TEXT_SIZE)}</c:legend>'
        if len(chart.series) > 1
        else ""
    )
    return (
        f'{package.XML}<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
        f'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" {package.R}>'
        '<c:lang val="vi-VN"/><c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/>'
        f"<c:plotArea><c:layout/>{plot}</c:plotArea>{legend}"
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f"<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>{_text(TEXT_SIZE)}"
        '<c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    )


def workbook(chart: Chart) -> bytes:
    """The chart's data: categories in column A, a column for each series."""
    rows = [["", *(series.name for series in chart.series)]]
    cells = [_sheet_row(1, [_sheet_text(value) for value in rows[0]])]
    for number, name in enumerate(chart.categories, start=2):
        values = (series.values[number - 2] for series in chart.series)
        cells.append(_sheet_row(number, [_sheet_text(name), *("" if v is None else f"<v>{v}</v>" for v in values)]))
    types = (
        f'{package.XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEETS}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEETS}.worksheet+xml"/></Types>'
    )
    return package.zipped(
        {
            "[Content_Types].xml": types,
            "_rels/.rels": package.relations({"rId1": (f"{package.OFFICE}/officeDocument", "xl/workbook.xml")}),
            "xl/workbook.xml": (
                f'{package.XML}<workbook xmlns="{_SPREADSHEET}" {package.R}><sheets>'
                '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
            ),
            "xl/_rels/workbook.xml.rels": package.relations(
                {"rId1": (f"{package.OFFICE}/worksheet", "worksheets/sheet1.xml")}
            ),
            "xl/worksheets/sheet1.xml": (
                f'{package.XML}<worksheet xmlns="{_SPREADSHEET}"><sheetData>{"".join(cells)}</sheetData></worksheet>'
            ),
        }
    )


def _sheet_text(value: str) -> str:
    return f"<is><t>{escape(clean(value))}</t></is>"


def _sheet_row(number: int, values: list[str]) -> str:
    cells = "".join(
        f'<c r="{_column(place)}{number}"{" t=" + chr(34) + "inlineStr" + chr(34) if value[:4] == "<is>" else ""}>'
        f"{value}</c>"
        for place, value in enumerate(values)
        if value
    )
    return f'<row r="{number}">{cells}</row>'


def _column(place: int) -> str:
    first, last = divmod(place, 26)
    return (chr(64 + first) if first else "") + chr(65 + last)


def _bars(chart: Chart) -> str:
    lying = lies(chart)
    grouping = "percentStacked" if chart.kind == "stacked" else "clustered"
    overlap = '<c:overlap val="100"/>' if chart.kind == "stacked" else ""
    made = "".join(_series(chart, n, series) for n, series in enumerate(chart.series))
    return (
        f'<c:barChart><c:barDir val="{"bar" if lying else "col"}"/><c:grouping val="{grouping}"/>'
        f'<c:varyColors val="0"/>{made}<c:gapWidth val="60"/>{overlap}'
        f'<c:axId val="{_CAT}"/><c:axId val="{_VAL}"/></c:barChart>{_axes(chart, lying=lying)}'
    )


def _lines(chart: Chart) -> str:
    made = "".join(_series(chart, n, series) for n, series in enumerate(chart.series))
    return (
        f'<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{made}<c:marker val="1"/>'
        f'<c:axId val="{_CAT}"/><c:axId val="{_VAL}"/></c:lineChart>{_axes(chart, lying=False)}'
    )


def _series(chart: Chart, place: int, series: Series) -> str:
    column, last = _column(place + 1), len(chart.categories) + 1
    line = chart.kind == "line"
    tint = colours(chart)[place]
    solid = f'<a:solidFill><a:srgbClr val="{tint}"/></a:solidFill>'
    if line:
        dash = '<a:prstDash val="sysDash"/>' if place % 2 else ""
        look = f'<c:spPr><a:ln w="28575" cap="rnd">{solid}{dash}<a:round/></a:ln></c:spPr>'
        sign = ("circle", "square", "triangle", "diamond")[place % 4]
        filled = f"<c:spPr>{solid}<a:ln><a:noFill/></a:ln></c:spPr>"
        look += f'<c:marker><c:symbol val="{sign}"/><c:size val="7"/>{filled}</c:marker>'
    elif series.unknown:
        hatch = (
            f'<a:pattFill prst="wdUpDiag"><a:fgClr><a:srgbClr val="{UNKNOWN}"/></a:fgClr>'
            '<a:bgClr><a:srgbClr val="FFFFFF"/></a:bgClr></a:pattFill>'
        )
        edge = f'<a:ln w="6350"><a:solidFill><a:srgbClr val="{UNKNOWN}"/></a:solidFill></a:ln>'
        look = f'<c:spPr>{hatch}{edge}</c:spPr><c:invertIfNegative val="0"/>'
    else:
        look = f'<c:spPr>{solid}</c:spPr><c:invertIfNegative val="0"/>'
    names = "".join(f'<c:pt idx="{n}"><c:v>{_safe(name)}</c:v></c:pt>' for n, name in enumerate(chart.categories))
    values = "".join(
        f'<c:pt idx="{n}"><c:v>{value}</c:v></c:pt>' for n, value in enumerate(series.values) if value is not None
    )
    return (
        f'<c:ser><c:idx val="{place}"/><c:order val="{place}"/><c:tx><c:strRef><c:f>Sheet1!${column}$1</c:f>'
        f'<c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>{_safe(series.name)}</c:v></c:pt></c:strCache></c:strRef>'
        f"</c:tx>{look}{_labels(chart)}"
        f"<c:cat><c:strRef><c:f>Sheet1!$A$2:$A${last}</c:f><c:strCache>"
        f'<c:ptCount val="{len(chart.categories)}"/>{names}</c:strCache></c:strRef></c:cat>'
        f"<c:val><c:numRef><c:f>Sheet1!${column}$2:${column}${last}</c:f><c:numCache>"
        f"<c:formatCode>General</c:formatCode>"
        f'<c:ptCount val="{len(chart.categories)}"/>{values}</c:numCache></c:numRef></c:val>'
        f"{'<c:smooth val=' + chr(34) + '0' + chr(34) + '/>' if line else ''}</c:ser>"
    )


def _labels(chart: Chart) -> str:
    """Values are printed at single bars, where there is room for them."""
    shown = int(chart.kind == "bar")
    rest = "".join(f'<c:{name} val="0"/>' for name in ("showCatName", "showSerName", "showPercent", "showBubbleSize"))
    form = f'<c:numFmt formatCode="{_format(chart)}" sourceLinked="0"/>' if shown else ""
    return f'<c:dLbls>{form}<c:showLegendKey val="0"/><c:showVal val="{shown}"/>{rest}</c:dLbls>'


def _format(chart: Chart) -> str:
    """Vietnamese separators; decimals only where the data have them."""
    whole = all(value is None or value == int(value) for series in chart.series for value in series.values)
    return "[$-42A]#,##0" if whole else "[$-42A]#,##0.0"


def _axes(chart: Chart, *, lying: bool) -> str:
    grid = f"<c:majorGridlines>{_line(GRID)}</c:majorGridlines>"
    # A lying chart names its first category at the top, which turns the axis and puts the values at its far end.
    order = "maxMin" if lying else "minMax"
    percent = chart.kind == "stacked"
    form = "0%" if percent else _format(chart)
    unit = "" if percent or not chart.unit else _title(chart.unit, turned=not lying)
    at, values_at = ("l", "b") if lying else ("b", "l")
    return (
        f'<c:catAx><c:axId val="{_CAT}"/><c:scaling><c:orientation val="{order}"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="{at}"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="low"/>{_line("000000")}{_text(TEXT_SIZE)}'
        f'<c:crossAx val="{_VAL}"/><c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/>'
        '<c:lblOffset val="100"/><c:noMultiLvlLbl val="1"/></c:catAx>'
        f'<c:valAx><c:axId val="{_VAL}"/><c:scaling><c:orientation val="minMax"/><c:min val="0"/></c:scaling>'
        f'<c:delete val="0"/><c:axPos val="{values_at}"/>{grid}{unit}<c:numFmt formatCode="{form}" sourceLinked="0"/>'
        '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>'
        f'<c:spPr><a:ln><a:noFill/></a:ln></c:spPr>{_text(TEXT_SIZE)}<c:crossAx val="{_CAT}"/>'
        f'<c:crosses val="{"max" if lying else "autoZero"}"/><c:crossBetween val="between"/></c:valAx>'
    )


def _line(tint: str) -> str:
    return f'<c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="{tint}"/></a:solidFill></a:ln></c:spPr>'


def _font(size: float) -> str:
    return (
        f'sz="{round(size * 100)}" b="0"><a:solidFill><a:srgbClr val="000000"/></a:solidFill>'
        f'<a:latin typeface="{FONT}"/><a:cs typeface="{FONT}"/>'
    )


def _text(size: float) -> str:
    look = f"<a:pPr><a:defRPr {_font(size)}</a:defRPr></a:pPr>"
    return f"<c:txPr><a:bodyPr/><a:lstStyle/><a:p>{look}<a:endParaRPr/></a:p></c:txPr>"


def _title(text: str, *, turned: bool) -> str:
    turn = ' rot="-5400000" vert="horz"' if turned else ""
    look = f"<a:pPr><a:defRPr {_font(TEXT_SIZE)}</a:defRPr></a:pPr>"
    run = f'<a:r><a:rPr lang="vi-VN" {_font(TEXT_SIZE)}</a:rPr><a:t>{_safe(text)}</a:t></a:r>'
    words = f"<c:rich><a:bodyPr{turn}/><a:lstStyle/><a:p>{look}{run}</a:p></c:rich>"
    return f'<c:title><c:tx>{words}</c:tx><c:overlay val="0"/></c:title>'


def _safe(text: str) -> str:
    return escape(clean(text).replace("\n", " "))
