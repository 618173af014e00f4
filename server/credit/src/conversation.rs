//! The assistant (提额小助手): each turn is decided from what was said, what is known of the merchant and what would help
//! most next.
//!
//! The policy and every number are this engine's; a language model may only reword ([`Answer::may_be_worded`]).

mod learn;
mod policy;
mod state;
mod words;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::assistant::{Intent, Slot, Understander, Understanding, UnderstandingError};
use crate::case::{Case, CaseError};
use crate::decide::decide;
use crate::decision::NextTask;
use crate::fact::Fact;
use crate::knowledge::{Knowledge, Language};
pub use state::Conversation;

/// What the assistant knows besides what is said.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// The merchant's case.
    pub case: &'a Case,
    /// What was uploaded, the latest last.
    pub uploads: &'a [Upload],
    /// What the loan costs, where the bank says so.
    pub terms: Option<Terms>,
}

/// One upload and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upload {
    /// Kind of voucher.
    pub kind: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Codes of what speaks against it.
    #[serde(default)]
    pub codes: Vec<String>,
}

/// What became of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It counts.
    Accepted,
    /// It is looked at.
    Waiting,
    /// It was sent back.
    Returned,
}

/// What a loan costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// A year's interest, hundredths of a percent.
    pub yearly_rate_basis_points: u32,
    /// What paying back early costs, yuan.
    pub early_repayment_fee: u32,
}

/// What the host app should do besides showing the reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Action {
    /// Open the page on which data is seen, exported and withdrawn.
    OpenMyData,
    /// Open the page on which the quota is lowered or closed.
    OpenQuotaSettings,
    /// Pass on to a person.
    HandOver,
    /// Open the camera for a task.
    Photograph {
        /// Id of the task.
        task: String,
        /// Kind of voucher to ask the camera for.
        kind: String,
    },
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// What to show.
    pub reply: String,
    /// In which language.
    pub language: Language,
    /// What was wanted; nothing where something was shown and nothing said.
    pub intent: Option<Intent>,
    /// How sure that is, 0..1.
    pub confidence: f32,
    /// What was said in passing.
    pub slots: Vec<Slot>,
    /// What was learned from it: declared, not proven.
    pub facts: Vec<Fact>,
    /// The tasks that are proposed, best first.
    pub suggested_tasks: Vec<NextTask>,
    /// The quota, yuan.
    pub quota: u64,
    /// What the host app should do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
}

/// The assistant.
#[derive(Debug)]
pub struct Assistant {
    understander: Understander,
}

impl Assistant {
    /// With what a knowledge base calls things.
    ///
    /// # Errors
    ///
    /// As [`Understander::new`].
    pub fn new(knowledge: &Knowledge) -> Result<Self, UnderstandingError> {
        Ok(Self { understander: Understander::new(knowledge)? })
    }

    /// What a merchant's words mean.
    pub fn understand(&self, text: &str) -> Understanding {
        self.understander.understand(text)
    }

    /// The same where somebody else has told the intent; what is said along with it is still read by this engine.
    pub fn understand_as(&self, text: &str, intent: Intent, confidence: f32) -> Understanding {
        let slots = self.understander.slots(text, intent);
        Understanding { intent, confidence: confidence.clamp(0.0, 1.0), slots }
    }

    /// Answers what a merchant says; the conversation remembers it.
    ///
    /// # Errors
    ///
    /// As [`decide`].
    pub fn answer(
        &self,
        knowledge: &Knowledge,
        situation: Situation<'_>,
        conversation: &mut Conversation,
        text: &str,
    ) -> Result<Answer, CaseError> {
        let understood = self.understand(text);
        self.answer_understood(knowledge, situation, conversation, text, understood)
    }

    /// The same where it was understood already.
    ///
    /// # Errors
    ///
    /// As [`decide`].
    pub fn answer_understood(
        &self,
        knowledge: &Knowledge,
        situation: Situation<'_>,
        conversation: &mut Conversation,
        text: &str,
        understood: Understanding,
    ) -> Result<Answer, CaseError> {
        conversation.listen(text);
        let facts = learn::from(&understood, conversation, situation.case);
        let case = conversation.joined(situation.case);
        let decision = decide(knowledge, &case)?;
        let scene = policy::Scene { knowledge, situation, case: &case, decision: &decision, text };
        let policy::Turn { reply, action, tasks } = scene.turn(&understood, &facts, conversation);
        let Understanding { intent, confidence, slots } = understood;
        Ok(Answer {
            reply,
            language: conversation.language(),
            intent: Some(intent),
            confidence,
            slots,
            facts,
            suggested_tasks: tasks,
            quota: decision.quota,
            action,
        })
    }

    /// What to say of the latest of the situation's uploads, unasked: what it moved and what is next, or why it was sent back.
    ///
    /// # Errors
    ///
    /// As [`decide`].
    pub fn uploaded(
        &self,
        knowledge: &Knowledge,
        situation: Situation<'_>,
        conversation: &mut Conversation,
    ) -> Result<Answer, CaseError> {
        let case = conversation.joined(situation.case);
        let decision = decide(knowledge, &case)?;
        let scene =
            policy::Scene { knowledge, situation, case: &case, decision: &decision, text: "" };
        let policy::Turn { reply, action, tasks } = scene.uploaded(conversation);
        Ok(Answer {
            reply,
            language: conversation.language(),
            intent: None,
            confidence: 1.0,
            slots: Vec::new(),
            facts: Vec::new(),
            suggested_tasks: tasks,
            quota: decision.quota,
            action,
        })
    }
}

impl Answer {
    /// Whether another wording of the reply may go out: it says no number that the reply does not, leaves none of the
    /// reply's out, and is no longer than a reply that somebody would read.
    pub fn may_be_worded(&self, other: &str) -> bool {
        let (own, others) = (words::numbers(&self.reply), words::numbers(other));
        let longest = 2 * self.reply.chars().count() + 80;
        !other.trim().is_empty() && other.chars().count() <= longest && own == others
    }
}
