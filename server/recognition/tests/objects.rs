//! Networks that an operator installs, and classes enrolled from photos: on networks of a few nodes, written
//! here, whose answers can be worked out by hand.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

mod onnx;

use bailing_recognition::objects::{
    EnrolError, ModelError, Object, ObjectFinder, ObjectModel, Prototype, Seen, Taxonomy,
};
use bailing_recognition::{Kinds, OcrEngine, OcrError, Recogniser, Recognition, TextLine};
use bailing_vision::document::Document;
use bailing_vision::{Frame, PixelFormat, Quad};
use image::{Rgb, RgbImage};
use onnx::{Node, Tensor, graph};

/// Tells colours: its scores and features are the means of red, green and blue, 0..1.
fn colours(kind: i32) -> Vec<u8> {
    graph(
        kind,
        [1, 3, 32, 32],
        &[
            Node::new("Mul", &["picture", "unit"], &["same"]),
            Node::new("GlobalAveragePool", &["same"], &["means"]),
            Node::new("Flatten", &["means"], &["scores"]),
        ],
        &[Tensor::floats("unit", kind, &[1, 3, 1, 1], &[1.0; 3])],
        &["scores"],
    )
}

const COLOURS: &str = r#"
name = "colours/1"
width = 32
height = 32
labels = ["strawberry", "broccoli", "sky"]
label_set = "imagenet"
threshold = 0.5
alike = 0.9
features = "scores"
output = { layout = "classes", scores = "scores", softmax = false }
"#;

/// Says the same of every picture: rows of x, y, width, height, objectness and two scores.
fn boxes(rows: &[[f32; 7]]) -> Vec<u8> {
    let values: Vec<f32> = rows.iter().flatten().copied().collect();
    graph(
        1,
        [1, 3, 64, 64],
        &[
            Node::new("ReduceMean", &["picture"], &["mean"])
                .ints("axes", &[1, 2, 3])
                .int("keepdims", 0),
            Node::new("Mul", &["mean", "nothing"], &["zero"]),
            Node::new("Add", &["zero", "rows"], &["boxes"]),
        ],
        &[
            Tensor::floats("nothing", 1, &[1], &[0.0]),
            Tensor::floats("rows", 1, &[1, i64::try_from(rows.len()).expect("few"), 7], &values),
        ],
        &["boxes"],
    )
}

const BOXES: &str = r#"
name = "boxes/1"
width = 64
height = 64
fit = "letterbox"
labels = ["truck", "person"]
label_set = "coco"
threshold = 0.4
output = { layout = "boxes", boxes = "boxes", objectness = true }
"#;

fn taxonomy() -> Taxonomy {
    Taxonomy::built_in().expect("the file")
}

fn read(file: &[u8], description: &str) -> Result<ObjectModel, ModelError> {
    ObjectModel::read(file, description, &taxonomy())
}

fn painted(colour: [u8; 3]) -> RgbImage {
    RgbImage::from_pixel(64, 32, Rgb(colour))
}

#[test]
fn a_classifier_says_the_class_and_how_it_was_known() {
    let model = read(&colours(1), COLOURS).expect("a model");
    let seen = model.look(&painted([255, 0, 0])).expect("an answer");
    insta::assert_json_snapshot!(seen, @r#"
    [
      {
        "class": "strawberry",
        "label": "strawberry",
        "confidence": 1.0,
        "known_by": {
          "way": "model",
          "model": "colours/1"
        }
      }
    ]
    "#);
    assert_eq!(model.look(&painted([100, 90, 80])), Ok(Vec::new()), "too unsure");
    assert_eq!(model.look(&painted([0, 150, 250])), Ok(Vec::new()), "no business asset");
    assert_eq!(model.classes().into_iter().collect::<Vec<_>>(), ["broccoli", "strawberry"]);
}

#[test]
fn a_network_in_float16_computes_in_float32() {
    let [wide, half] = [1, 10].map(|kind| read(&colours(kind), COLOURS).expect("a model"));
    let picture = painted([230, 25, 0]);
    assert_eq!(wide.look(&picture), half.look(&picture));
    assert_eq!(wide.features(&picture), half.features(&picture));
}

#[test]
fn a_detector_says_where_in_pixels_of_the_picture() {
    let rows = [
        [16.0, 8.0, 16.0, 8.0, 0.9, 1.0, 0.0],
        // The same truck once more, a person, too unsure a truck, and one outside of the picture.
        [17.0, 8.0, 16.0, 8.0, 0.8, 1.0, 0.0],
        [40.0, 8.0, 8.0, 8.0, 0.9, 0.0, 1.0],
        [40.0, 20.0, 8.0, 8.0, 0.9, 0.4, 0.1],
        [400.0, 8.0, 8.0, 8.0, 0.9, 1.0, 0.0],
        [48.0, 24.0, 16.0, 8.0, 0.5, 1.0, 0.0],
        [f32::NAN, 24.0, 16.0, 8.0, 0.5, 1.0, 0.0],
    ];
    let model = read(&boxes(&rows), BOXES).expect("a model");
    // Half as many pixels as the picture has, each way.
    let seen = model.look(&RgbImage::new(128, 64)).expect("an answer");
    let [first, second] = seen.as_slice() else { panic!("{seen:?}") };
    let bounds = |object: &Object| object.region.expect("a place").bounds();
    assert_eq!((first.class.as_str(), bounds(first)), ("truck", [16.0, 8.0, 48.0, 24.0]));
    assert_eq!((second.class.as_str(), bounds(second)), ("truck", [80.0, 40.0, 112.0, 56.0]));
    assert!((first.confidence - 0.9).abs() < 1e-6);
}

#[test]
fn a_description_that_does_not_fit_is_refused() {
    for (from, to) in [
        ("width = 32", "width = 0"),
        ("width = 32", "width = 100000"),
        ("name = \"colours/1\"", "name = \"\""),
        ("threshold = 0.5", "threshold = 2.0"),
        ("threshold = 0.5", "threshold = nan"),
        ("threshold = 0.5", "threshold = 0.5\nwhite = 0.0"),
        ("label_set = \"imagenet\"", "label_set = \"imagenet\"\nclasses = { sky = \"no_such\" }"),
        ("\"sky\"]", "]"),
        ("scores = \"scores\"", "scores = \"others\""),
        ("features = \"scores\"", "features = \"others\""),
        ("labels", "lables"),
    ] {
        let description = COLOURS.replace(from, to);
        assert_ne!(description, COLOURS, "{from}");
        let error = read(&colours(1), &description).map(|_| ()).expect_err(to);
        assert_eq!(error.code(), "object_model_unusable");
    }
}

#[test]
fn hostile_networks_are_refused() {
    let error = |file: &[u8]| read(file, COLOURS).map(|_| ()).expect_err("to be refused");
    error(b"");
    error(b"no network at all");
    let whole = colours(1);
    for length in [1, 20, whole.len() / 2, whole.len() - 1] {
        error(&whole[..length]);
    }
    let size = [1, 3, 32, 32];
    let floats = |name, dims: &[i64], values: &[f32]| Tensor::floats(name, 1, dims, values);
    let small = || floats("w", &[1, 3, 1, 1], &[1.0; 3]);
    let built =
        |nodes: &[Node], tensors: &[Tensor]| error(&graph(1, size, nodes, tensors, &["scores"]));

    // What loops, branches or grows by its own numbers is not run.
    for operation in
        ["Loop", "If", "Scan", "ConstantOfShape", "Expand", "Tile", "Range", "RandomNormal"]
    {
        let said = built(&[Node::new(operation, &["picture", "w"], &["scores"])], &[small()]);
        assert_eq!(said, ModelError::Unusable(format!("operation {operation} is not run")));
    }
    // Twice as long with every node.
    let mut nodes = vec![Node::new("Concat", &["w", "w"], &["c0"]).int("axis", 0)];
    for step in 0..60 {
        let (from, to) = (format!("c{step}"), format!("c{}", step + 1));
        nodes.push(Node::new("Concat", &[&from, &from], &[&to]).int("axis", 0));
    }
    nodes.push(Node::new("Add", &["picture", "c60"], &["scores"]));
    assert!(matches!(built(&nodes, &[small()]), ModelError::TooLarge(_)));
    // The same with what follows from the picture.
    for node in &mut nodes {
        node.inputs
            .iter_mut()
            .filter(|name| *name == "w")
            .for_each(|name| *name = "picture".into());
    }
    built(&nodes, &[small()]);
    // Tensors that claim more than they hold.
    for dims in [&[1 << 40][..], &[-1], &[1 << 31, 1 << 31, 4], &[4, 1]] {
        let liar = floats("w", dims, &[1.0; 3]);
        built(&[Node::new("Mul", &["picture", "w"], &["scores"])], &[liar]);
    }
    // Weights in another file, whose path would be the network's to choose.
    let mut outside = small();
    outside.location = Some("/etc/passwd");
    built(&[Node::new("Mul", &["picture", "w"], &["scores"])], &[outside]);
    // An hour of arithmetic.
    let wide = vec![0.0; 64 * 3 * 49];
    let mut nodes = vec![Node::new("Conv", &["picture", "first"], &["r0"]).ints("pads", &[600; 4])];
    for step in 0..60 {
        let (from, to) = (format!("r{step}"), format!("r{}", step + 1));
        nodes.push(Node::new("Conv", &[&from, "more"], &[&to]).ints("pads", &[3; 4]));
    }
    nodes.push(Node::new("Identity", &["r60"], &["scores"]));
    let weights = [
        floats("first", &[8, 3, 7, 7], &wide[..8 * 3 * 49]),
        floats("more", &[8, 8, 7, 7], &wide[..8 * 8 * 49]),
    ];
    assert!(matches!(built(&nodes, &weights), ModelError::TooLarge(_)));
}

#[test]
fn an_enrolled_class_is_told_where_it_is_near_enough() {
    let finder = finder();
    let model = finder.describer().expect("the installed one");
    let photos: Vec<Vec<f32>> = (0..5)
        .map(|step| model.features(&painted([200 + step, 20 * step, 0])).expect("features"))
        .collect();
    let enrolled = finder.enrol("excavator", "  XE215 ", &photos).expect("a class");
    assert_eq!((enrolled.label.as_str(), enrolled.model.as_str()), ("XE215", "colours/1"));
    assert_eq!(of_prototypes(&look(&finder, [220, 30, 0])), Vec::<Object>::new());
    finder.use_prototypes(vec![enrolled.clone()]);
    let seen = look(&finder, [220, 30, 0]);
    let [object] = of_prototypes(&seen).try_into().expect("one");
    assert_eq!((object.class.as_str(), object.label.as_deref()), ("excavator", Some("XE215")));
    assert!(seen.looked_for.contains(&"excavator".to_owned()));
    // Something else is not guessed at.
    assert_eq!(of_prototypes(&look(&finder, [0, 40, 220])), Vec::<Object>::new());

    // Another network's features cannot be compared.
    finder.use_prototypes(vec![Prototype { model: "other/1".to_owned(), ..enrolled }]);
    let seen = look(&finder, [220, 30, 0]);
    assert_eq!(of_prototypes(&seen), Vec::<Object>::new());
    assert!(!seen.looked_for.contains(&"excavator".to_owned()));

    let too_few = finder.enrol("excavator", "x", &photos[..4]);
    assert_eq!(too_few, Err(EnrolError::Photos(4)));
    assert_eq!(finder.enrol("unicorn", "x", &photos), Err(EnrolError::Class("unicorn".into())));
    assert_eq!(finder.enrol("excavator", " ", &photos), Err(EnrolError::Label));
    assert_eq!(finder.enrol("excavator", "a\nb", &photos), Err(EnrolError::Label));
}

#[test]
fn what_was_not_looked_for_is_not_said_to_be_absent() {
    let seen = look(&finder(), [120, 120, 120]);
    // The goods that are told by the own network, those of the installed one, and nothing else.
    for class in ["apple", "milk", "broccoli"] {
        assert!(seen.looked_for.contains(&class.to_owned()), "{class}");
    }
    for class in ["truck", "excavator", "cattle", "goods"] {
        assert!(!seen.looked_for.contains(&class.to_owned()), "{class}");
    }
    assert!(seen.looked_for.is_sorted());
}

/// Reads two lines of every picture: a sign and what is written below it.
struct Signs;

impl OcrEngine for Signs {
    fn name(&self) -> &str {
        "signs/1"
    }

    fn find(&self, _: &RgbImage) -> Result<Vec<Quad>, OcrError> {
        Ok(vec![Quad::rectangle(2.0, 4.0, 60.0, 10.0), Quad::rectangle(2.0, 12.0, 60.0, 14.0)])
    }

    fn read(&self, _: &RgbImage, lines: &[Quad]) -> Result<Vec<TextLine>, OcrError> {
        let text =
            |line: &Quad| if line.bounds()[1] < 11.0 { "阿华便利店" } else { "烟酒饮料" };
        let read = lines.iter().map(|line| TextLine {
            text: text(line).to_owned(),
            confidence: 0.99,
            region: *line,
            characters: Vec::new(),
        });
        Ok(read.collect())
    }
}

#[test]
fn objects_and_signs_are_looked_for_where_a_scene_was_asked_for() {
    let kinds = Kinds::built_in().expect("the files");
    let recogniser = Recogniser::new(Some(Box::new(Signs)), kinds).with_objects(finder());
    let read = |asked| {
        let picture = painted([255, 0, 0]);
        recogniser.recognise(&frame(&picture), &Document::NONE, asked)
    };
    let shop = read(Some("shop_front"));
    assert_eq!((shop.kind.as_str(), shop.verdict.name()), ("shop_front", "accepted"));
    assert_eq!(shop.fields["sign"].value, "阿华便利店");
    assert_eq!(shop.facts[0].name, "shop_seen");
    assert_eq!(shop.objects[0].class, "strawberry");
    let shelf = read(Some("shelf"));
    assert_eq!((shelf.fields.get("sign"), shelf.objects.len()), (None, 1));
    for page in [None, Some("receipt")] {
        let page = read(page);
        assert!(page.objects.is_empty() && page.looked_for.is_empty());
        assert!(!page.fields.contains_key("sign"));
    }
}

#[test]
fn objects_of_an_older_decision_still_read() {
    let old = r#"{"kind":"unknown","kind_score":0,"fields":{},"seals":[],"signatures":[],"tables":[],
        "objects":[],"signals":[],"verdict":{"outcome":"accepted"},"text_lines":[]}"#;
    let read: Recognition = serde_json::from_str(old).expect("as it was stored");
    assert_eq!(read.looked_for, Vec::<String>::new());
}

fn finder() -> ObjectFinder {
    let model = read(&colours(1), COLOURS).expect("a model");
    ObjectFinder::new(taxonomy(), vec![model]).expect("a finder")
}

fn look(finder: &ObjectFinder, colour: [u8; 3]) -> Seen {
    finder.look(&frame(&painted(colour)))
}

fn frame(picture: &RgbImage) -> Frame<'_> {
    let (width, height) = picture.dimensions();
    Frame::new(picture.as_raw(), width, height, 3 * width as usize, PixelFormat::Rgb8)
        .expect("a frame")
}

fn of_prototypes(seen: &Seen) -> Vec<Object> {
    use bailing_recognition::objects::KnownBy;
    let enrolled = |object: &&Object| matches!(object.known_by, KnownBy::Prototypes { .. });
    seen.objects.iter().filter(enrolled).cloned().collect()
}
