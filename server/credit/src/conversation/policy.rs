//! What is answered, and what is asked next.

use std::collections::BTreeSet;

use super::state::Question;
use super::words::{list, sentences, yuan};
use super::{Action, Conversation, Outcome, Situation, Terms, Upload};
use crate::assistant::{Intent, Understanding};
use crate::case::Case;
use crate::decide::decide;
use crate::decision::{Decision, NextTask, Text};
use crate::fact::{Fact, Source, Standing};
use crate::knowledge::{Knowledge, Language, Task, say};

/// Confidence below which what was said is not taken for an intent, unless it names something. Measured on the training
/// utterances' development split: `assistant/README.md`.
const UNSURE: f32 = 0.35;

/// Tasks named in one reply: more is no help.
const NAMED: usize = 3;

/// Refusals after which nothing is asked any more.
const PATIENCE: u32 = 2;

/// What a turn is decided from.
pub(super) struct Scene<'a> {
    pub(super) knowledge: &'a Knowledge,
    pub(super) situation: Situation<'a>,
    /// The case with what was said.
    pub(super) case: &'a Case,
    pub(super) decision: &'a Decision,
    pub(super) text: &'a str,
}

/// What comes of a turn.
pub(super) struct Turn {
    pub(super) reply: String,
    pub(super) action: Option<Action>,
    pub(super) tasks: Vec<NextTask>,
}

/// What a reply says so far, and whether something is asked at its end.
struct Draft {
    parts: Vec<String>,
    action: Option<Action>,
    goes_on: bool,
}

impl Scene<'_> {
    pub(super) fn turn(
        &self,
        understood: &Understanding,
        learned: &[Fact],
        conversation: &mut Conversation,
    ) -> Turn {
        let pending = conversation.pending.take();
        let declined = conversation.declined();
        let mut draft = Draft { parts: Vec::new(), action: None, goes_on: true };
        let intent = self.meant(understood, learned, pending, conversation);
        self.answer(intent, understood, learned, conversation, &mut draft);
        // What was declined in this turn is proposed no more in it either.
        let tasks = if conversation.declined() == declined {
            self.decision.next_tasks.clone()
        } else {
            let joined = conversation.joined(self.situation.case);
            let left = decide(self.knowledge, &joined).map(|decision| decision.next_tasks);
            left.unwrap_or_default()
        };
        self.finished(draft, tasks, conversation)
    }

    /// What the latest upload came to.
    pub(super) fn uploaded(&self, conversation: &mut Conversation) -> Turn {
        let mut draft = Draft { parts: Vec::new(), action: None, goes_on: true };
        let outcome = self.situation.uploads.last().map(|upload| upload.outcome);
        match outcome {
            Some(Outcome::Accepted) => draft.parts.push(self.quota(conversation)),
            Some(Outcome::Returned) => {
                self.explain_return(self.situation.uploads.last(), conversation, &mut draft);
            }
            _ => self.progress(conversation, &mut draft),
        }
        self.finished(draft, self.decision.next_tasks.clone(), conversation)
    }

    /// The draft with what is asked at its end, where something still may be.
    fn finished(
        &self,
        mut draft: Draft,
        tasks: Vec<NextTask>,
        conversation: &mut Conversation,
    ) -> Turn {
        if draft.goes_on && conversation.refusals < PATIENCE && !conversation.handed_over {
            self.go_on(&tasks, conversation, &mut draft);
        }
        let reply = sentences(&draft.parts, conversation.language());
        Turn { reply, action: draft.action, tasks }
    }

    /// One of the replies of the knowledge base.
    fn say(&self, language: Language, name: &str, filling: &[(&str, String)]) -> String {
        say(self.knowledge.replies(), name, language, filling)
    }

    /// The intent, given what was asked before.
    fn meant(
        &self,
        understood: &Understanding,
        learned: &[Fact],
        pending: Option<Question>,
        conversation: &Conversation,
    ) -> Intent {
        if conversation.proposed.is_some() && is_yes(self.text) {
            return Intent::AskTaskDetail;
        }
        let answer = pending.map(|question| match question {
            Question::Industry => ("industry", Intent::StateIndustry),
            Question::Assets => ("asset", Intent::StateAsset),
            Question::Turnover => ("turnover_stated", Intent::StateTurnover),
            Question::Counterparties => ("counterparty", Intent::StateSupplyRelation),
        });
        if let Some((name, intent)) = answer
            && learned.iter().any(|fact| fact.name == name)
            && (understood.confidence < 0.7 || understood.intent == Intent::Other)
        {
            return intent;
        }
        if understood.confidence < UNSURE && understood.slots.is_empty() {
            return Intent::Other;
        }
        understood.intent
    }

    fn answer(
        &self,
        intent: Intent,
        understood: &Understanding,
        learned: &[Fact],
        conversation: &mut Conversation,
        draft: &mut Draft,
    ) {
        let language = conversation.language();
        let say = |name: &str, filling: &[(&str, String)]| self.say(language, name, filling);
        match intent {
            Intent::Greet => {
                draft.parts.push(say("greeting", &[]));
                draft.parts.push(self.quota(conversation));
            }
            Intent::AskQuota => draft.parts.push(self.quota(conversation)),
            Intent::AskHowToRaise => {
                self.notices(conversation, draft);
                self.propose(conversation, draft);
            }
            Intent::AskTaskDetail => self.explain(understood, conversation, draft),
            Intent::AskWhyRejected => self.rejected(understood, conversation, draft),
            Intent::AskProgress => self.progress(conversation, draft),
            Intent::StateIndustry
            | Intent::StateTurnover
            | Intent::StateAsset
            | Intent::StateSupplyRelation => {
                self.acknowledge(learned, conversation, draft);
            }
            Intent::LackDocument => {
                self.lacks(understood, conversation, draft);
            }
            Intent::Refuse => {
                conversation.refusals += 1;
                let meant = self.tasks_for(understood, conversation);
                for id in meant {
                    conversation.decline(id);
                }
                draft.parts.push(say("refused", &[]));
                draft.goes_on = false;
            }
            Intent::AskPrivacy => {
                draft.parts.push(say("privacy", &[]));
                draft.goes_on = false;
            }
            Intent::WithdrawConsent => {
                draft.parts.push(say("withdraw", &[]));
                draft.action = Some(Action::OpenMyData);
                draft.goes_on = false;
            }
            Intent::AskRateOrRepayment => {
                draft.parts.push(match self.situation.terms {
                    Some(Terms { yearly_rate_basis_points: rate, early_repayment_fee: fee }) => {
                        let (whole, rest) = (rate / 100, rate % 100);
                        let rate = if rest == 0 {
                            whole.to_string()
                        } else {
                            format!("{whole}.{rest:02}")
                        };
                        say("terms", &[("rate", rate), ("fee", yuan(fee.into()))])
                    }
                    None => say("terms_unknown", &[]),
                });
                draft.goes_on = false;
            }
            Intent::AskPromotion => {
                let offers: Vec<String> = self
                    .decision
                    .promotions
                    .iter()
                    .map(|offer| offer.text.in_language(language).to_owned())
                    .collect();
                draft.parts.push(if offers.is_empty() {
                    say("promotion_none", &[])
                } else {
                    say("promotion", &[("offers", list(&offers, language))])
                });
            }
            Intent::AskLowerOrClose => {
                draft.parts.push(say("lower", &[]));
                draft.action = Some(Action::OpenQuotaSettings);
                draft.goes_on = false;
            }
            Intent::Complain => {
                draft.parts.push(say("sorry", &[]));
                draft.parts.push(self.quota(conversation));
                self.notices(conversation, draft);
                draft.parts.push(say("offer_human", &[]));
                draft.goes_on = false;
            }
            Intent::AskHuman => {
                conversation.handed_over = true;
                draft.parts.push(say("human", &[]));
                draft.action = Some(Action::HandOver);
                draft.goes_on = false;
            }
            Intent::Smalltalk => {
                let name = if is_thanks(self.text) { "bye" } else { "smalltalk" };
                draft.parts.push(say(name, &[]));
                draft.goes_on = false;
            }
            Intent::Other if !learned.is_empty() => self.acknowledge(learned, conversation, draft),
            Intent::Other => {
                let sure = understood.confidence >= 0.6 && understood.intent == Intent::Other;
                draft.parts.push(say(if sure { "not_mine" } else { "not_understood" }, &[]));
                draft.goes_on = false;
            }
        }
    }

    /// The quota, and what moved it.
    fn quota(&self, conversation: &Conversation) -> String {
        let language = conversation.language();
        let Decision { quota, uplift, reasons, .. } = self.decision;
        let of = |up: bool| -> Vec<String> {
            let moved = reasons.iter().filter(|reason| (reason.amount > 0) == up);
            moved
                .take(NAMED)
                .map(|reason| {
                    let what =
                        reason.text.in_language(language).trim_end_matches(['。', '.']).to_owned();
                    let sign = if reason.amount > 0 { "+" } else { "-" };
                    let amount = format!("{sign}{}", yuan(reason.amount.unsigned_abs()));
                    self.say(language, "reason", &[("what", what), ("amount", amount)])
                })
                .collect()
        };
        let now = ("quota", yuan(*quota));
        let (name, filling) = match uplift {
            0 => ("quota_now", vec![now]),
            1.. => {
                let by = ("uplift", yuan(uplift.unsigned_abs()));
                ("quota_raised", vec![now, by, ("reasons", list(&of(true), language))])
            }
            _ => {
                let by = ("less", yuan(uplift.unsigned_abs()));
                ("quota_lowered", vec![now, by, ("reasons", list(&of(false), language))])
            }
        };
        self.say(language, name, &filling)
    }

    /// What stands against a raise, and what will be taken away.
    fn notices(&self, conversation: &Conversation, draft: &mut Draft) {
        let language = conversation.language();
        for notice in self.decision.notices.iter().take(NAMED) {
            let text = notice.text.in_language(language).trim_end_matches(['。', '.']).to_owned();
            draft.parts.push(self.say(language, "notice", &[("notice", text)]));
        }
    }

    /// The best tasks, with what each would add.
    fn propose(&self, conversation: &mut Conversation, draft: &mut Draft) {
        let language = conversation.language();
        let tasks = &self.decision.next_tasks;
        let Some(first) = tasks.first() else {
            draft.parts.push(self.say(language, "no_tasks", &[]));
            return;
        };
        let named: Vec<String> =
            tasks.iter().take(NAMED).map(|task| self.named(task, conversation)).collect();
        draft.parts.push(self.say(language, "tasks", &[("tasks", list(&named, language))]));
        conversation.proposed = Some(first.task.clone());
        draft.goes_on = self.unknown(conversation).is_some();
    }

    fn named(&self, task: &NextTask, conversation: &Conversation) -> String {
        let language = conversation.language();
        let filling = [
            ("title", task.text.in_language(language).to_owned()),
            ("effort", task.effort.to_string()),
            ("low", yuan(task.low)),
            ("high", yuan(task.high)),
        ];
        let name = if task.low == task.high { "task_fixed" } else { "task" };
        self.say(language, name, &filling)
    }

    /// How a proof is shown: the one that was named, else the one that was proposed.
    fn explain(
        &self,
        understood: &Understanding,
        conversation: &mut Conversation,
        draft: &mut Draft,
    ) {
        let language = conversation.language();
        let meant = self.tasks_for(understood, conversation).into_iter().next();
        let known = meant.and_then(|id| Some((self.knowledge.tasks().get(&id)?, id)));
        let Some((task, id)) = known else {
            let titles: Vec<String> = self
                .decision
                .next_tasks
                .iter()
                .take(NAMED)
                .map(|task| task.text.in_language(language).to_owned())
                .collect();
            draft.parts.push(if titles.is_empty() {
                self.say(language, "no_tasks", &[])
            } else {
                self.say(language, "how_which", &[("tasks", list(&titles, language))])
            });
            draft.goes_on = false;
            return;
        };
        let text = |text: &Text| text.in_language(language).to_owned();
        let filling =
            [("title", text(&task.text())), ("how", text(&task.how)), ("why", text(&task.why))];
        draft.parts.push(self.say(language, "how", &filling));
        let kind = task.evidence.first().cloned().unwrap_or_default();
        draft.action = Some(Action::Photograph { task: id.clone(), kind });
        conversation.proposed = Some(id);
        draft.goes_on = false;
    }

    /// Ids of the tasks that a named document or thing stands for, those open to the merchant first; where none is named,
    /// the one proposed last.
    fn tasks_for(&self, understood: &Understanding, conversation: &Conversation) -> Vec<String> {
        let named = understood
            .slots
            .iter()
            .filter_map(|slot| slot.value.as_str().map(|value| (slot.name.as_str(), value)));
        let documents: Vec<&str> = named
            .filter(|(name, _)| *name == "document_kind" || *name == "asset")
            .map(|(_, value)| value)
            .collect();
        if documents.is_empty() {
            return conversation.proposed.iter().cloned().collect();
        }
        let fits = |task: &Task| {
            task.evidence.iter().any(|evidence| {
                let evidence = evidence.strip_prefix("class:").unwrap_or(evidence);
                documents.iter().any(|document| {
                    evidence == *document
                        || is_family(document) && evidence.ends_with(document)
                        || *document == "vat_invoice" && evidence.ends_with("_invoice")
                        || evidence == "vehicle_photo"
                            && ["truck", "van", "vehicle"].contains(document)
                })
            })
        };
        let proposed: Vec<&String> =
            self.decision.next_tasks.iter().map(|task| &task.task).collect();
        let industry = self.case.merchant.industry.as_deref();
        let mut tasks: Vec<(&String, &Task)> =
            self.knowledge.tasks().iter().filter(|(_, task)| fits(task)).collect();
        tasks.sort_by_key(|(id, task)| {
            let rank = proposed.iter().position(|of| of == id).unwrap_or(usize::MAX);
            let own = industry.is_some_and(|own| task.industries.iter().any(|of| of == own));
            (rank, !own, task.evidence.len(), *id)
        });
        tasks.into_iter().map(|(id, _)| id.clone()).collect()
    }

    /// Why the upload that is asked about was sent back: of the kind that was named, else the latest.
    fn rejected(&self, understood: &Understanding, conversation: &Conversation, draft: &mut Draft) {
        let returned = self
            .situation
            .uploads
            .iter()
            .rev()
            .filter(|upload| upload.outcome == Outcome::Returned);
        let mut returned = returned.peekable();
        let asked = understood.slots.iter().find(|slot| slot.name == "document_kind");
        let last = returned.peek().copied();
        let named = returned.find(|upload| {
            asked.is_none_or(|slot| slot.value.as_str() == Some(upload.kind.as_str()))
        });
        self.explain_return(named.or(last), conversation, draft);
    }

    /// Why an upload was sent back, and what to do.
    fn explain_return(
        &self,
        upload: Option<&Upload>,
        conversation: &Conversation,
        draft: &mut Draft,
    ) {
        let language = conversation.language();
        let Some(upload) = upload else {
            draft.parts.push(self.say(language, "rejected_none", &[]));
            return;
        };
        let mut seen = BTreeSet::new();
        let mut causes: Vec<String> = Vec::new();
        let codes = if upload.codes.is_empty() {
            vec!["other"]
        } else {
            upload.codes.iter().map(String::as_str).collect()
        };
        for cause in codes.into_iter().filter_map(|code| self.knowledge.cause(code)) {
            let text = Text::new(&*cause.zh, &*cause.en);
            if seen.insert(&cause.zh) && causes.len() < NAMED {
                causes.push(text.in_language(language).to_owned());
            }
        }
        let filling = [
            ("document", self.document(&upload.kind, conversation)),
            ("causes", sentences(&causes, language)),
        ];
        draft.parts.push(self.say(language, "rejected", &filling));
        draft.goes_on = false;
    }

    fn progress(&self, conversation: &Conversation, draft: &mut Draft) {
        let language = conversation.language();
        let uploads = self.situation.uploads;
        if uploads.is_empty() {
            draft.parts.push(self.say(language, "progress_none", &[]));
            return;
        }
        let count = |outcome: Outcome| {
            uploads.iter().filter(|upload: &&Upload| upload.outcome == outcome).count().to_string()
        };
        let filling = [
            ("accepted", count(Outcome::Accepted)),
            ("waiting", count(Outcome::Waiting)),
            ("returned", count(Outcome::Returned)),
        ];
        draft.parts.push(self.say(language, "progress", &filling));
        draft.parts.push(self.quota(conversation));
    }

    /// What was learned, said back.
    fn acknowledge(&self, learned: &[Fact], conversation: &Conversation, draft: &mut Draft) {
        let language = conversation.language();
        let say = |name: &str, filling: &[(&str, String)]| self.say(language, name, filling);
        let mut assets = Vec::new();
        for fact in learned {
            let part = |name: &str| fact.part(name).unwrap_or_default().to_owned();
            match fact.name.as_str() {
                "industry" => {
                    let said = self.industry(&part("industry"), conversation);
                    draft.parts.push(say("learned_industry", &[("industry", said)]));
                    let known = self.situation.case.merchant.industry.as_deref();
                    if let Some(known) = known.filter(|known| *known != part("industry")) {
                        let known = self.industry(known, conversation);
                        draft.parts.push(say("other_industry", &[("industry", known)]));
                    }
                }
                "turnover_stated" => {
                    let amount = yuan(part("amount").parse().unwrap_or_default());
                    let period = period(&part("period")).in_language(language).to_owned();
                    draft
                        .parts
                        .push(say("learned_turnover", &[("amount", amount), ("period", period)]));
                }
                "asset" => {
                    let thing = self.knowledge.assets().get(&part("asset"));
                    let named =
                        thing.map(|thing| Text::new(&*thing.zh, &*thing.en)).unwrap_or_default();
                    let named = named.in_language(language);
                    assets.push(match fact.part("count") {
                        Some(count) => format!("{named} × {count}"),
                        None => named.to_owned(),
                    });
                }
                "counterparty" => {
                    let relation = relation(&part("relation")).in_language(language).to_owned();
                    draft.parts.push(say(
                        "learned_counterparty",
                        &[("counterparty", part("name")), ("relation", relation)],
                    ));
                }
                _ => {}
            }
        }
        if !assets.is_empty() {
            draft.parts.push(say("learned_asset", &[("assets", list(&assets, language))]));
        }
        if draft.parts.is_empty() {
            draft.parts.push(say("learned_something", &[]));
        }
        if conversation.turns <= 2 || learned.iter().any(|fact| fact.name == "turnover_stated") {
            draft.parts.push(say("only_said", &[]));
        }
    }

    /// A document that is not there is not asked for again; something else may prove the same.
    fn lacks(
        &self,
        understood: &Understanding,
        conversation: &mut Conversation,
        draft: &mut Draft,
    ) {
        let language = conversation.language();
        let document = understood.slots.iter().find(|slot| slot.name == "document_kind");
        let named = document.and_then(|slot| slot.value.as_str());
        for id in self.tasks_for(understood, conversation) {
            // What another paper satisfies as well stays.
            let others = self.knowledge.tasks().get(&id).is_some_and(|task| {
                named.is_some_and(|named| {
                    task.evidence.iter().any(|evidence| evidence != named && !is_family(named))
                })
            });
            if !others {
                conversation.decline(id);
            }
        }
        draft.parts.push(match named {
            Some(kind) => {
                let document = self.document(kind, conversation);
                self.say(language, "lack", &[("document", document)])
            }
            None => self.say(language, "lack_any", &[]),
        });
    }

    /// Asks for the most valuable missing thing: to know more, or to be shown something.
    fn go_on(&self, tasks: &[NextTask], conversation: &mut Conversation, draft: &mut Draft) {
        let language = conversation.language();
        let say = |name: &str, filling: &[(&str, String)]| self.say(language, name, filling);
        if let Some(question) = self.unknown(conversation) {
            conversation.asked.insert(question);
            conversation.pending = Some(question);
            draft.parts.push(match question {
                Question::Industry => say("ask_industry", &[]),
                Question::Turnover => say("ask_turnover", &[]),
                Question::Counterparties => say("ask_counterparties", &[]),
                Question::Assets => {
                    let industry = self.case.merchant.industry.as_ref();
                    let typical = industry.and_then(|id| self.knowledge.industries().get(id));
                    let names: Vec<String> = typical
                        .iter()
                        .flat_map(|industry| &industry.assets)
                        .filter_map(|id| self.knowledge.assets().get(id))
                        .take(NAMED)
                        .map(|asset| {
                            Text::new(&*asset.zh, &*asset.en).in_language(language).to_owned()
                        })
                        .collect();
                    say(
                        "ask_assets",
                        &[(
                            "assets",
                            names.join(if language == Language::Zh { "、" } else { ", " }),
                        )],
                    )
                }
            });
            return;
        }
        // What was just proposed is not said again at once.
        let last = conversation.proposed.take();
        let fresh = tasks.iter().take(NAMED).find(|task| last.as_ref() != Some(&task.task));
        let Some(best) = fresh else { return };
        conversation.proposed = Some(best.task.clone());
        let filling = [
            ("title", best.text.in_language(language).to_owned()),
            ("high", yuan(best.high)),
            ("why", best.why.in_language(language).to_owned()),
        ];
        // Who has shown one truck may have another.
        let fact = self.knowledge.tasks().get(&best.task).map(|task| task.fact.as_str());
        let again = self
            .situation
            .case
            .facts
            .iter()
            .any(|known| known.source != Source::Declared && Some(known.name.as_str()) == fact);
        draft.parts.push(say(if again { "task_asked_again" } else { "task_asked" }, &filling));
    }

    /// What is worth asking before anything is shown: without the line of business no task fits, and what is owned opens
    /// tasks of its own where one of them would beat the best so far.
    fn unknown(&self, conversation: &Conversation) -> Option<Question> {
        let knows = |name: &str| self.case.facts.iter().any(|fact| fact.name == name);
        let fresh = |question: Question| !conversation.asked.contains(&question);
        if self.case.merchant.industry.is_none() {
            return Some(Question::Industry).filter(|question| fresh(*question));
        }
        if fresh(Question::Assets) && !knows("asset") && self.opens_better() {
            return Some(Question::Assets);
        }
        // Talk before proofs is short: each is asked once, after something was shown or said.
        if fresh(Question::Turnover)
            && !knows("turnover_stated")
            && self.decision.capacity.turnover == 0
            && conversation.turns >= 3
        {
            return Some(Question::Turnover);
        }
        (fresh(Question::Counterparties) && !knows("counterparty") && conversation.turns >= 5)
            .then_some(Question::Counterparties)
    }

    /// Whether a thing that such a merchant typically has would open a better task.
    fn opens_better(&self) -> bool {
        let industry = self.case.merchant.industry.as_ref();
        let typical = industry.and_then(|id| self.knowledge.industries().get(id));
        let Some(asset) = typical.and_then(|industry| industry.assets.first()) else {
            return false;
        };
        let mut with = self.case.clone();
        with.facts.push(Fact {
            id: "supposed".to_owned(),
            name: "asset".to_owned(),
            kind: None,
            parts: [("asset".to_owned(), asset.clone())].into(),
            source: Source::Declared,
            confidence: 1.0,
            standing: Standing::Accepted,
        });
        let gain = |tasks: &[NextTask]| {
            tasks
                .iter()
                .map(|task| task.expected_gain / u64::from(task.effort.max(1)))
                .max()
                .unwrap_or_default()
        };
        let then = decide(self.knowledge, &with).map(|decision| gain(&decision.next_tasks));
        then.is_ok_and(|then| then > gain(&self.decision.next_tasks))
    }

    fn industry(&self, id: &str, conversation: &Conversation) -> String {
        let industry = self.knowledge.industries().get(id);
        let text = industry.map(|industry| Text::new(&*industry.zh, &*industry.en));
        text.map_or_else(
            || id.to_owned(),
            |text| text.in_language(conversation.language()).to_owned(),
        )
    }

    /// How a kind of voucher is called: its first name that is in the language.
    fn document(&self, kind: &str, conversation: &Conversation) -> String {
        let names = self
            .knowledge
            .documents()
            .get(kind)
            .or_else(|| self.knowledge.documents().get(&format!("_{kind}")));
        let english = conversation.language() == Language::En;
        let name = names.into_iter().flatten().find(|name| name.is_ascii() == english);
        name.cloned()
            .unwrap_or_else(|| if english { kind.replace('_', " ") } else { "材料".to_owned() })
    }
}

/// Whether a word for a document stands for several kinds.
fn is_family(document: &str) -> bool {
    ["contract", "invoice", "licence", "permit"].contains(&document)
}

fn period(period: &str) -> Text {
    let [zh, en] = match period {
        "day" => ["每天", "a day"],
        "week" => ["每周", "a week"],
        "month" => ["每月", "a month"],
        "quarter" => ["每季度", "a quarter"],
        _ => ["每年", "a year"],
    };
    Text::new(zh, en)
}

fn relation(relation: &str) -> Text {
    let [zh, en] = match relation {
        "supplier" => ["供货商", "supplier"],
        "customer" => ["客户", "customer"],
        _ => ["往来对象", "partner"],
    };
    Text::new(zh, en)
}

/// Whether somebody just agrees.
fn is_yes(text: &str) -> bool {
    let bare: String = text.trim().to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    const YES: [&str; 24] = [
        "好",
        "好的",
        "好啊",
        "好吧",
        "行",
        "行啊",
        "可以",
        "可以的",
        "嗯",
        "嗯嗯",
        "没问题",
        "要得",
        "中",
        "成",
        "来吧",
        "怎么拍",
        "yes",
        "ok",
        "okay",
        "sure",
        "yep",
        "fine",
        "alright",
        "letsdoit",
    ];
    YES.contains(&bare.as_str())
}

fn is_thanks(text: &str) -> bool {
    let text = text.to_lowercase();
    ["谢", "再见", "拜拜", "辛苦", "thank", "bye", "cheers"].iter().any(|word| text.contains(word))
}
