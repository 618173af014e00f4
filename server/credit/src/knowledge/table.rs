//! A decision table in JDM, the format that GoRules' editor writes: rows of conditions and what follows.
//!
//! The cells are the language of zen-engine, run by its `zen-expression`. The engine itself would bring an HTTP client,
//! cloud storage and a JavaScript engine into a crate without IO (449 crates instead of 65, version 2.1.6), for graphs
//! of nodes that no table here needs.

use serde::Deserialize;
use serde_json::{Map, Value};
use zen_expression::expression::{Standard, Unary};
use zen_expression::scope::Scope;
use zen_expression::variable::Variable;
use zen_expression::vm::VM;
use zen_expression::{Expression, Isolate};

use super::KnowledgeError;

/// Most rows of a table.
const MOST_ROWS: usize = 500;

/// What asks the clock or chance: a decision depends on its case alone. Days come as numbers, `today` as 20261129.
const NOT_REPEATABLE: [&str; 5] = ["now", "d(", "date(", "time(", "rand("];

/// A table that was read and whose cells were compiled.
#[derive(Debug)]
pub(crate) struct Table {
    rows: Vec<Row>,
    /// Whether the first row that fits decides alone.
    first: bool,
}

#[derive(Debug)]
struct Row {
    conditions: Vec<Condition>,
    outputs: Vec<(String, Expression<Standard>)>,
}

/// A cell that has to hold.
#[derive(Debug)]
enum Condition {
    /// A test of a field, given by where it is in the context.
    Field(Expression<Standard>, Expression<Unary>),
    /// An expression of its own.
    Whole(Expression<Standard>),
}

#[derive(Deserialize)]
struct File {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    r#type: String,
    #[serde(default)]
    content: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Content {
    hit_policy: HitPolicy,
    inputs: Vec<Column>,
    outputs: Vec<Column>,
    rules: Vec<Map<String, Value>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum HitPolicy {
    First,
    Collect,
}

#[derive(Deserialize)]
struct Column {
    id: String,
    #[serde(default)]
    field: Option<String>,
}

impl Table {
    pub(super) fn read(file: &str, text: &str) -> Result<Self, KnowledgeError> {
        let wrong = |place: &str, reason: String| KnowledgeError::new(file, place, reason);
        let read: File = serde_json::from_str(text).map_err(|error| {
            wrong(&format!("line {}", error.line()), "is no decision in JDM".to_owned())
        })?;
        let mut tables = read.nodes.into_iter().filter(|node| node.r#type == "decisionTableNode");
        let (Some(node), None) = (tables.next(), tables.next()) else {
            return Err(wrong("nodes", "one decision table is needed, and no more".to_owned()));
        };
        let content: Content = serde_json::from_value(node.content)
            .map_err(|error| wrong("content", error.to_string()))?;
        if content.rules.len() > MOST_ROWS {
            return Err(wrong("rules", format!("more than {MOST_ROWS} rows")));
        }
        let rows = content.rules.iter().enumerate().map(|(at, rule)| {
            row(&content, rule)
                .map_err(|reason| KnowledgeError::new(file, format!("row {}", at + 1), reason))
        });
        Ok(Self {
            rows: rows.collect::<Result<_, _>>()?,
            first: content.hit_policy == HitPolicy::First,
        })
    }

    /// What follows for a context: the outputs of the first row that fits, or of all that do. A cell that cannot be worked
    /// out for it does not fit.
    pub(crate) fn run(&self, context: &Value) -> Vec<Value> {
        let context = Variable::from(context);
        let mut vm = VM::new();
        let mut found = Vec::new();
        for row in &self.rows {
            if !row.conditions.iter().all(|condition| condition.holds(&context, &mut vm)) {
                continue;
            }
            let outputs = row.outputs.iter().filter_map(|(name, cell)| {
                Some((name.clone(), cell.evaluate_with(context.clone(), &mut vm).ok()?.to_value()))
            });
            found.push(Value::Object(outputs.collect()));
            if self.first {
                break;
            }
        }
        found
    }
}

impl Condition {
    fn holds(&self, context: &Variable, vm: &mut VM) -> bool {
        match self {
            Self::Whole(cell) => cell
                .evaluate_with(context.clone(), vm)
                .is_ok_and(|value| value.as_bool() == Some(true)),
            Self::Field(field, test) => {
                let Ok(value) = field.evaluate_with(context.clone(), vm) else { return false };
                let mut scope = Scope::new(context.clone());
                scope.set_local(Variable::dollar_key(), value);
                test.evaluate_with_scope(&scope, vm).unwrap_or(false)
            }
        }
    }
}

fn row(content: &Content, rule: &Map<String, Value>) -> Result<Row, String> {
    let columns = content.inputs.iter().chain(&content.outputs);
    let known: Vec<&str> = columns.map(|column| column.id.as_str()).collect();
    if let Some(name) =
        rule.keys().find(|name| !name.starts_with('_') && !known.contains(&name.as_str()))
    {
        return Err(format!("{name} is no column of the table"));
    }
    let cell = |column: &Column| -> Result<Option<String>, String> {
        match rule.get(&column.id) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.trim().is_empty() || text.trim() == "-" => Ok(None),
            Some(Value::String(text)) => {
                match NOT_REPEATABLE.iter().find(|word| text.contains(*word)) {
                    Some(word) => {
                        Err(format!("column {}: {word} depends on more than the case", column.id))
                    }
                    None => Ok(Some(text.clone())),
                }
            }
            Some(_) => Err(format!("column {} is no text", column.id)),
        }
    };
    let mut isolate = Isolate::new();
    let mut conditions = Vec::new();
    for column in &content.inputs {
        let Some(text) = cell(column)? else { continue };
        let wrong = |error: &dyn std::fmt::Display| format!("column {}: {error}", column.id);
        conditions.push(match &column.field {
            Some(field) => Condition::Field(
                isolate.compile_standard(field).map_err(|error| wrong(&error))?,
                isolate.compile_unary(&text).map_err(|error| wrong(&error))?,
            ),
            None => {
                Condition::Whole(isolate.compile_standard(&text).map_err(|error| wrong(&error))?)
            }
        });
    }
    let mut outputs = Vec::new();
    for column in &content.outputs {
        let Some(text) = cell(column)? else { continue };
        let name = column.field.clone().unwrap_or_else(|| column.id.clone());
        let compiled = isolate.compile_standard(&text);
        outputs.push((name, compiled.map_err(|error| format!("column {}: {error}", column.id))?));
    }
    if outputs.is_empty() {
        return Err("nothing follows from it".to_owned());
    }
    Ok(Row { conditions, outputs })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn table(rules: &Value, policy: &str) -> Result<Table, KnowledgeError> {
        let text = json!({ "nodes": [{ "type": "decisionTableNode", "content": {
            "hitPolicy": policy,
            "inputs": [{ "id": "days", "field": "conduct.days_overdue" }, { "id": "rest" }],
            "outputs": [{ "id": "code", "field": "code" }, { "id": "share", "field": "share" }],
            "rules": rules,
        }}]});
        Table::read("tables/some.json", &text.to_string())
    }

    #[test]
    fn rows_decide_in_their_order() {
        let rules = json!([
            { "_id": "a", "days": "> 90", "code": "'late'", "share": "500" },
            { "_id": "b", "days": "[1..90]", "rest": "today > 20260101", "code": "'soon'" },
            { "_id": "c", "code": "'fine'" },
        ]);
        let context = |days: u32| json!({ "conduct": { "days_overdue": days }, "today": 20261129 });
        let first = table(&rules, "first").expect("a table");
        assert_eq!(first.run(&context(91)), [json!({ "code": "late", "share": 500 })]);
        assert_eq!(first.run(&context(90)), [json!({ "code": "soon" })]);
        assert_eq!(first.run(&context(0)), [json!({ "code": "fine" })]);
        let all = table(&rules, "collect").expect("a table");
        assert_eq!(all.run(&context(7)).len(), 2);
        assert_eq!(
            first.run(&json!({})),
            [json!({ "code": "fine" })],
            "what is not there fits nothing"
        );
    }

    #[test]
    fn a_broken_row_is_named() {
        let reason = |rules: Value| table(&rules, "first").expect_err("broken").to_string();
        let said =
            reason(json!([{ "days": "> 1", "code": "'a'" }, { "days": "> > 1", "code": "'a'" }]));
        assert!(said.starts_with("tables/some.json, row 2: column days"), "{said}");
        let said = reason(json!([{ "day": "> 1", "code": "'a'" }]));
        assert!(said.ends_with("row 1: day is no column of the table"), "{said}");
        let said = reason(json!([{ "days": "> 1" }]));
        assert!(said.ends_with("row 1: nothing follows from it"), "{said}");
        let said = reason(json!([{ "rest": "d('now') > d('2026-01-01')", "code": "'a'" }]));
        assert!(said.contains("row 1: column rest"), "{said}");
        let said = reason(json!([{ "days": 7, "code": "'a'" }]));
        assert!(said.ends_with("column days is no text"), "{said}");
    }
}
