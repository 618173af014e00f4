//! Conversations with the assistant: what it learns, asks, explains and leaves alone.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use bailing_credit::{
    Action, Answer, Assistant, Case, Conversation, Fact, Intent, Knowledge, Language, Outcome,
    Situation, Source, Standing, Terms, Upload, decide,
};
use serde_json::json;

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| Knowledge::built_in().expect("the files"));
static ASSISTANT: LazyLock<Assistant> =
    LazyLock::new(|| Assistant::new(&KNOWLEDGE).expect("the weights"));

const NAME: &str = "云溪市顺远货运有限公司";

struct Talk {
    case: Case,
    uploads: Vec<Upload>,
    conversation: Conversation,
}

impl Talk {
    fn with(industry: Option<&str>) -> Self {
        let case = json!({
            "merchant": { "id": "m", "name": NAME, "industry": industry, "base_quota": 100_000 },
            "today": "2026-11-23",
        });
        let case = Case::from_json(case.to_string().as_bytes()).expect("a case");
        Self { case, uploads: Vec::new(), conversation: Conversation::default() }
    }

    fn situation(&self) -> Situation<'_> {
        let terms = Some(Terms { yearly_rate_basis_points: 365, early_repayment_fee: 0 });
        Situation { case: &self.case, uploads: &self.uploads, terms }
    }

    fn say(&mut self, text: &str) -> Answer {
        let mut conversation = self.conversation.clone();
        let answer = ASSISTANT.answer(&KNOWLEDGE, self.situation(), &mut conversation, text);
        self.conversation = conversation;
        answer.expect("within limits")
    }

    fn show(&mut self, name: &str, kind: &str, parts: &[(&str, &str)]) -> Answer {
        let number = self.case.facts.len();
        let parts = parts.iter().map(|(part, value)| ((*part).to_owned(), (*value).to_owned()));
        self.case.facts.push(Fact {
            id: format!("shown-{number}"),
            name: name.to_owned(),
            kind: Some(kind.to_owned()),
            parts: parts.collect(),
            source: Source::Photo {
                bundle: format!("{number:064x}"),
                image: 0,
                grade: "B".to_owned(),
                regions: BTreeMap::new(),
            },
            confidence: 0.97,
            standing: Standing::Accepted,
        });
        self.upload(kind, Outcome::Accepted, &[])
    }

    fn upload(&mut self, kind: &str, outcome: Outcome, codes: &[&str]) -> Answer {
        let codes = codes.iter().map(|code| (*code).to_owned()).collect();
        self.uploads.push(Upload { kind: kind.to_owned(), outcome, codes });
        let mut conversation = self.conversation.clone();
        let answer = ASSISTANT.uploaded(&KNOWLEDGE, self.situation(), &mut conversation);
        self.conversation = conversation;
        answer.expect("within limits")
    }
}

/// Twelve turns of a haulier, from the greeting to a doubled quota.
#[test]
fn a_haulier_talks_the_quota_up() {
    let mut talk = Talk::with(None);
    let mut said = String::new();
    let mut turn =
        |who: &str, answer: &Answer| said.push_str(&format!("{who}\n  {}\n", answer.reply));

    let answer = talk.say("你好");
    turn("你好", &answer);
    assert_eq!(answer.intent, Some(Intent::Greet));
    assert!(answer.reply.contains("100,000"), "{}", answer.reply);
    assert!(answer.reply.contains("什么生意"), "{}", answer.reply);

    let answer = talk.say("我是跑运输的，有三台货车");
    turn("我是跑运输的，有三台货车", &answer);
    assert!(answer.facts.iter().any(|fact| fact.part_is("industry", "road_freight")), "{answer:?}");
    assert!(
        answer
            .facts
            .iter()
            .any(|fact| fact.part_is("asset", "truck") && fact.part_is("count", "3")),
        "{answer:?}"
    );
    assert!(!answer.suggested_tasks.is_empty());

    let answer = talk.say("怎么才能提额");
    turn("怎么才能提额", &answer);
    assert_eq!(answer.intent, Some(Intent::AskHowToRaise));
    let answer = talk.say("道路运输证怎么拍");
    turn("道路运输证怎么拍", &answer);
    assert_eq!(answer.intent, Some(Intent::AskTaskDetail));
    assert!(
        matches!(&answer.action, Some(Action::Photograph { kind, .. }) if kind == "road_transport_permit"),
        "{answer:?}"
    );

    let answer = talk.upload("road_transport_permit", Outcome::Returned, &["glare"]);
    turn("(反光)", &answer);
    assert!(answer.reply.contains("反光"), "{}", answer.reply);
    let answer = talk.show(
        "licence",
        "road_transport_permit",
        &[
            ("holder", NAME),
            ("number", "330399041826"),
            ("plate", "浙C7Y682"),
            ("valid_until", "2029-06-30"),
        ],
    );
    turn("(道路运输证)", &answer);
    assert_eq!(answer.quota, 120_000);
    let answer = talk.show("vehicle_seen", "vehicle_photo", &[("plate", "浙C7Y682")]);
    turn("(货车)", &answer);
    assert_eq!(answer.quota, 135_000);

    let answer = talk.say("营业执照不在身边，在老板那里");
    turn("营业执照不在身边，在老板那里", &answer);
    assert_eq!(answer.intent, Some(Intent::LackDocument), "{answer:?}");
    let answer = talk.show(
        "contract",
        "haulage_contract",
        &[
            ("party_a", "浙江岭川建材有限公司"),
            ("party_b", NAME),
            ("amount", "486000.00"),
            ("date", "2026-06-28"),
        ],
    );
    turn("(运输合同)", &answer);
    assert_eq!(answer.quota, 175_000);
    let answer = talk.say("利息多少");
    turn("利息多少", &answer);
    assert!(answer.reply.contains("3.65"), "{}", answer.reply);
    let answer = talk.show(
        "turnover",
        "vat_special_invoice",
        &[
            ("seller", NAME),
            ("code", "3300261130"),
            ("number", "08264713"),
            ("amount", "183338.00"),
            ("date", "2026-08-18"),
        ],
    );
    turn("(发票)", &answer);
    assert_eq!(answer.quota, 200_000);
    let answer = talk.say("谢谢");
    turn("谢谢", &answer);
    insta::assert_snapshot!(said);
}

#[test]
fn what_is_refused_is_not_asked_for_again() {
    let mut talk = Talk::with(Some("restaurant"));
    let first = talk.say("怎么提额");
    let refused = first.suggested_tasks.first().expect("a task").task.clone();
    let answer = talk.say("不想拍，太麻烦了");
    assert_eq!(answer.intent, Some(Intent::Refuse), "{answer:?}");
    for text in ["怎么提额", "还有什么办法", "what else can I do"] {
        let answer = talk.say(text);
        assert!(
            answer.suggested_tasks.iter().all(|task| task.task != refused),
            "{text}: {answer:?}"
        );
    }
}

#[test]
fn people_rights_and_endings_come_before_selling() {
    let mut talk = Talk::with(Some("general_retail"));
    let answer = talk.say("转人工");
    assert_eq!(answer.action, Some(Action::HandOver), "{answer:?}");
    let answer = Talk::with(None).say("把我的资料删掉");
    assert_eq!(answer.action, Some(Action::OpenMyData), "{answer:?}");
    assert!(!answer.reply.contains('？'), "nothing is asked: {}", answer.reply);
    let answer = Talk::with(None).say("帮我把额度调低一点");
    assert_eq!(answer.action, Some(Action::OpenQuotaSettings), "{answer:?}");
    let answer = Talk::with(None).say("你们会不会把照片给别人看");
    assert_eq!(answer.intent, Some(Intent::AskPrivacy), "{answer:?}");
}

#[test]
fn whoever_is_deep_in_debt_is_told_so() {
    let mut talk = Talk::with(Some("road_freight"));
    talk.case.conduct.monthly_repayment = 9_000;
    let answer = talk.say("怎么提高额度");
    assert!(answer.reply.contains("暂不建议提额"), "{}", answer.reply);
}

#[test]
fn english_is_answered_in_english() {
    let mut talk = Talk::with(None);
    let answer = talk.say("hello, how much can I borrow?");
    assert_eq!(answer.language, Language::En);
    assert!(answer.reply.is_ascii(), "{}", answer.reply);
    let answer = talk.say("we run a small restaurant");
    assert!(answer.facts.iter().any(|fact| fact.part_is("industry", "restaurant")), "{answer:?}");
}

#[test]
fn another_wording_keeps_the_numbers() {
    let answer = Talk::with(Some("road_freight")).say("我的额度是多少");
    let quota = "100,000";
    assert!(
        answer
            .may_be_worded(&format!("老板，您眼下能用的额度是{quota}元。{}", rest(&answer.reply)))
    );
    assert!(!answer.may_be_worded("您现在的额度是300,000元。"));
    assert!(!answer.may_be_worded(""));
    assert!(!answer.may_be_worded(&"好".repeat(2_000)));
}

/// The sentences behind the first.
fn rest(reply: &str) -> &str {
    reply.split_once('。').map(|(_, rest)| rest).unwrap_or_default()
}

/// No reply says a number that the engine did not give.
#[test]
fn every_number_in_a_reply_is_the_engines() {
    let mut talk = Talk::with(Some("road_freight"));
    for text in
        ["你好", "额度多少", "怎么提额", "我有三台货车", "一年做八十万", "有什么活动", "怎么拍"]
    {
        let answer = talk.say(text);
        let decision = decide(&KNOWLEDGE, &talk.case).expect("within limits");
        let mut known: Vec<u64> = vec![decision.quota, decision.uplift.unsigned_abs(), 3, 800_000];
        for task in &answer.suggested_tasks {
            known.extend([task.low, task.high, u64::from(task.effort)]);
        }
        let texts = decision.promotions.iter().map(|offer| offer.text.zh.clone());
        let texts: String = texts
            .chain(KNOWLEDGE.tasks().values().map(|task| format!("{}{}", task.how.zh, task.why.zh)))
            .collect();
        for number in digits(&answer.reply) {
            assert!(
                known.contains(&number) || texts.contains(&number.to_string()),
                "{text}: {number} in {}",
                answer.reply
            );
        }
    }
}

fn digits(text: &str) -> Vec<u64> {
    text.replace(',', "")
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|run| run.parse().ok())
        .collect()
}

trait PartIs {
    fn part_is(&self, part: &str, value: &str) -> bool;
}

impl PartIs for Fact {
    fn part_is(&self, part: &str, value: &str) -> bool {
        self.parts.get(part).is_some_and(|found| found == value)
    }
}
