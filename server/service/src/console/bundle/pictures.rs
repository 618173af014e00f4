//! One picture, with what was measured and read drawn over it.

use bailing_recognition::Recognition;
use bailing_vision::recapture::MoireTrace;
use bailing_vision::{Quad, Severity, Signal};
use maud::{Markup, html};

use super::super::language::Language;
use super::super::shown::chip;
use super::super::terms::term;
use super::signals;
use crate::work::PictureDecision;

/// Side of a tile and of its spectrum as they are drawn, pixels.
const SIDE: u32 = 256;

/// What can be drawn over a picture: a class, and its names.
const LAYERS: [(&str, &str, &str); 8] = [
    ("page", "页边", "page"),
    ("glare", "反光格", "glare"),
    ("moire", "摩尔纹格", "moiré tiles"),
    ("fields", "字段", "fields"),
    ("seals", "印章与签名", "seals, signatures"),
    ("tables", "表格", "tables"),
    ("objects", "物体", "objects"),
    ("alarms", "异议", "objections"),
];

/// A picture of a bundle. `is_kept`: not erased.
pub(super) fn render(
    language: Language,
    bundle: &str,
    position: usize,
    picture: &PictureDecision,
    is_kept: bool,
) -> Markup {
    let read = picture.recognition.as_ref();
    let heading = format!("picture-{position}");
    let address = format!("/bundles/{bundle}/{position}");
    html! {
        section.card.picture aria-labelledby=(heading) {
            h2 id=(heading) {
                (language.say("图片 ", "Picture ")) (position + 1) " · " (term(language, &picture.kind)) " "
                (chip(language, picture.verdict.name(), picture.verdict.name()))
            }
            div.beside {
                div {
                    @if is_kept {
                        (overlaid(language, &address, position, picture))
                    } @else {
                        p.soft { (language.say("图片已删除。", "The picture was erased.")) }
                    }
                }
                div { (said(language, &picture.kind, read)) }
            }
            @if is_kept { (evidence(language, &address, picture)) }
            (signals::of_picture(language, picture))
        }
    }
}

fn overlaid(
    language: Language,
    address: &str,
    position: usize,
    picture: &PictureDecision,
) -> Markup {
    let drawn = Drawn::of(picture);
    let described = match language {
        Language::Chinese => {
            format!("图片 {}，要求的是{}", position + 1, term(language, &picture.kind))
        }
        Language::English => {
            format!("picture {}, asked for as {}", position + 1, term(language, &picture.kind))
        }
    };
    html! {
        fieldset.layers {
            legend { (language.say("图上标注", "Drawn over it")) }
            @for (class, chinese, english) in LAYERS {
                @if drawn.has(class) {
                    label { input type="checkbox" name=(class) checked; span class={ "dot " (class) } {}
                        (language.say(chinese, english)) }
                }
            }
        }
        figure.overlaid {
            img loading="lazy" alt=(described) src=(address) width=(picture.width) height=(picture.height);
            @if drawn.has("glare") {
                img.glare loading="lazy" alt="" src={ (address) "/glare" };
            }
            svg viewBox={ "0 0 " (picture.width) " " (picture.height) } preserveAspectRatio="none"
                role="img" aria-label=(language.say("标注", "what was found")) {
                @for (class, shapes) in &drawn.layers {
                    g class=(class) { @for (quad, title) in shapes { (outline(quad, &title.named(language))) } }
                }
            }
        }
        p { a href={ (address) "/whole" } { (language.say("原始大小", "At its full size")) } " · "
            span.soft { (picture.width) " × " (picture.height) } }
    }
}

/// What a shape stands for: a code, and a text as it was read.
struct Named<'a>(&'a str, Option<&'a str>);

impl Named<'_> {
    fn named(&self, language: Language) -> String {
        let Self(code, said) = self;
        let name = term(language, code);
        said.map_or_else(|| name.to_owned(), |said| format!("{name}: {said}"))
    }
}

/// Shapes by their layer.
struct Drawn<'a> {
    layers: Vec<(&'static str, Vec<(Quad, Named<'a>)>)>,
    glare: bool,
}

impl<'a> Drawn<'a> {
    fn of(picture: &'a PictureDecision) -> Self {
        let analysis = &picture.analysis;
        let read = picture.recognition.as_ref();
        let page = analysis.document.quad.map(|quad| (quad, Named("page", None)));
        let traces = analysis.recapture.moire.traces.iter();
        let halftone =
            analysis.recapture.print.halftone.filter(|_| analysis.recapture.print.evidence > 2.0);
        let tiles = traces
            .map(|trace| (trace.region(), Named("screen_moire", None)))
            .chain(halftone.map(|tile| (tile.region(), Named("printed_copy", None))));
        let own = read.into_iter().flat_map(|read| &read.signals);
        let all = analysis.signals().chain(own).chain(&picture.findings);
        let alarms = all.filter(|signal| signal.severity > Severity::Pass);
        let alarms = alarms.filter_map(|signal| Some((signal.region?, Named(&signal.code, None))));
        let mut layers = vec![("page", page.into_iter().collect()), ("moire", tiles.collect())];
        if let Some(read) = read {
            layers.extend(recognised(read));
        }
        layers.push(("alarms", alarms.collect()));
        let glare = analysis
            .quality
            .signals
            .iter()
            .any(|signal| signal.code == "glare" && signal.score > 0.0);
        Self { layers, glare }
    }

    fn has(&self, class: &str) -> bool {
        let drawn = self.layers.iter().any(|(name, shapes)| *name == class && !shapes.is_empty());
        drawn || (class == "glare" && self.glare)
    }
}

fn recognised(read: &Recognition) -> [(&'static str, Vec<(Quad, Named<'_>)>); 4] {
    let fields = read
        .fields
        .iter()
        .filter_map(|(name, field)| Some((field.region?, Named(name, Some(&field.value)))));
    let seals = read.seals.iter().map(|seal| (seal.region, Named("seal", seal.text.as_deref())));
    let signatures = read.signatures.iter().filter(|signature| signature.present);
    let signatures =
        signatures.map(|signature| (signature.region, Named("signature", Some(&signature.beside))));
    let tables = read.tables.iter().map(|table| (table.region, Named("table", None)));
    let objects =
        read.objects.iter().filter_map(|object| Some((object.region?, Named(&object.class, None))));
    [
        ("tables", tables.collect()),
        ("fields", fields.collect()),
        ("seals", seals.chain(signatures).collect()),
        ("objects", objects.collect()),
    ]
}

fn outline(quad: &Quad, title: &str) -> Markup {
    let points: Vec<String> =
        quad.corners.iter().map(|corner| format!("{:.0},{:.0}", corner.x, corner.y)).collect();
    html! { polygon points=(points.join(" ")) { title { (title) } } }
}

/// What was read of it.
fn said(language: Language, asked: &str, read: Option<&Recognition>) -> Markup {
    let Some(read) = read else {
        return html! { p.soft { (language.say(
            "没有识读：先要重拍，或不能作为证据。",
            "Not read: it should be taken again first, or is no evidence.",
        )) } };
    };
    html! {
        p { (language.say("要求 ", "Asked for ")) b { (term(language, asked)) }
            (language.say("，读作 ", ", read as ")) b { (term(language, &read.kind)) }
            span.soft { " " (format!("{:.2}", read.kind_score)) } }
        @if !read.fields.is_empty() {
            div.scroll tabindex="0" role="region" aria-label=(language.say("字段", "Fields")) {
                table.list {
                    thead { tr { th scope="col" { (language.say("字段", "Field")) }
                        th scope="col" { (language.say("内容", "Value")) }
                        th.number scope="col" { (language.say("把握", "Confidence")) } } }
                    tbody { @for (name, field) in &read.fields {
                        tr { th scope="row" { (term(language, name)) }
                            td lang="zh" { (field.value)
                                @if field.passed == Some(false) { " " (chip(language, "rejected", "check_code")) }
                                @if field.handwritten { span.soft { (language.say("（手写）", " (handwritten)")) } }
                                @if let Some(meant) = &field.proposed { span.soft {
                                    (language.say("（或为 ", " (meant: ")) (meant) (language.say("）", "?)")) } } }
                            td.number { (format!("{:.2}", field.confidence)) } }
                    } }
                }
            }
        }
        @for seal in &read.seals {
            p { span.dot.seals {} (language.say("印章 ", "Seal ")) b lang="zh" { (seal.text.as_deref().unwrap_or("–")) }
                span.soft { " " (format!("{:.2}", seal.confidence)) } }
        }
        @for signature in &read.signatures {
            p { span.dot.seals {} (language.say("签名处 ", "Signed at ")) b lang="zh" { (signature.beside) } " "
                (if signature.present { language.say("有", "yes") } else { language.say("无", "no") })
                span.soft { " " (format!("{:.2}", signature.confidence)) } }
        }
        @for object in &read.objects {
            p { span.dot.objects {} (object.label.as_deref().unwrap_or(&object.class))
                span.soft { " " (format!("{:.2}", object.confidence)) } }
        }
    }
}

/// Tiles with their spectra, and where the picture speaks for an edit.
fn evidence(language: Language, address: &str, picture: &PictureDecision) -> Markup {
    let recapture = &picture.analysis.recapture;
    let moire = &recapture.moire;
    let rows = moire.traces.len();
    html! {
        @if rows > 0 {
            details.evidence open[moire.traces.iter().any(|_| recapture.score >= 0.5)] {
                summary { (language.say("摩尔纹证据", "Moiré evidence")) " "
                    span.soft { (format!("{:.2}", moire.evidence)) } }
                p.soft { (language.say(
                    "左为原始像素的一格，右为它的频谱（中心为零频）；圈出的亮点若为屏幕栅格，相邻各格会同样出现。",
                    "Left a tile at the picture's own pixels, right its spectrum with zero in the middle; a screen's \
                     raster shows as the points that are circled, and in the tiles beside it too.",
                )) }
                dl.measures {
                    @for (name, value) in [
                        (language.say("综合", "all of it"), moire.evidence),
                        (language.say("最强格", "best tile"), moire.native),
                        (language.say("次强格", "second best"), moire.second),
                        (language.say("半尺度", "half the scale"), moire.half),
                        (language.say("邻格一致", "neighbours add"), moire.agreement),
                        (language.say("点阵占比", "share in a lattice"), moire.lattice),
                        (language.say("跨页边", "across the page's edge"), moire.boundary),
                    ] { div { dt { (name) } dd { (format!("{value:.2}")) } } }
                }
                div.tiles { @for (at, trace) in moire.traces.iter().enumerate() {
                    (tile(language, address, at, rows, trace))
                } }
            }
        }
        @if picture.findings.iter().any(speaks_for_an_edit) {
            details.evidence open {
                summary { (language.say("篡改痕迹", "Where it speaks for an edit")) }
                img.map loading="lazy" src={ (address) "/tampering" }
                    alt=(language.say("疑似改动之处", "where the picture speaks for an edit"));
            }
        }
    }
}

fn tile(language: Language, address: &str, at: usize, rows: usize, trace: &MoireTrace) -> Markup {
    let middle = SIDE as f32 / 2.0;
    let [across, down] = trace.frequency.map(|cycles| cycles * trace.scale as f32 * SIDE as f32);
    let points = [(middle + across, middle + down), (middle - across, middle - down)];
    let title = match language {
        Language::Chinese => format!("第 {} 格和它的频谱", at + 1),
        Language::English => format!("tile {} and its spectrum", at + 1),
    };
    html! {
        figure {
            svg viewBox={ "0 0 " (2 * SIDE) " " (SIDE) } role="img" aria-label=(title) {
                title { (title) }
                image href={ (address) "/moire" } y={ "-" (at * SIDE as usize) } width=(2 * SIDE)
                    height=(rows * SIDE as usize) {}
                @for (x, y) in points {
                    circle.peak cx=(format!("{:.1}", SIDE as f32 + x)) cy=(format!("{y:.1}")) r="9" {}
                }
            }
            figcaption { (language.say("位置 ", "at ")) (trace.left) ", " (trace.top) " · "
                (language.say("尺度 ", "scale ")) (trace.scale) " · "
                (language.say("证据 ", "evidence ")) (format!("{:.2}", trace.evidence)) }
        }
    }
}

fn speaks_for_an_edit(signal: &Signal) -> bool {
    let tampering = signal.code.starts_with("tampering_") || signal.code == "recompressed";
    tampering && signal.severity > Severity::Pass
}
