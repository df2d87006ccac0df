//! What a hub declares in `hub-config`: task id columns, targets and the order of categories (`tasks.json`), and what tells
//! observations apart (`target-data.json`).

use serde_json::Value;
use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::Path;

/// The categories of a target that is forecast as probabilities (`pmf`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scale {
    /// Column and value that name the target; `None` where all tasks of the file are of it.
    pub target: Option<(String, String)>,
    /// The categories, from low to high if they are ordered.
    pub categories: Vec<String>,
    /// Whether they are ordered (`target_type` is `ordinal`).
    pub ordered: bool,
}

/// What a hub declares.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Declared {
    /// Names of the task id columns.
    pub(super) task_ids: BTreeSet<String>,
    /// Those of them that name the target.
    pub(super) targets: BTreeSet<String>,
    /// The columns that tell observations apart (`observable_unit`), if they are declared.
    pub(super) observable: Option<BTreeSet<String>>,
    /// Categories.
    pub(super) scales: Vec<Scale>,
}

/// Largest configuration that is read.
const MAX_BYTES: u64 = 16 << 20;

/// The declaration of the hub in which a path lies, if it has one; or why it is not read.
pub(super) fn declared(path: &Path) -> Result<Option<Declared>, String> {
    let folders = path.ancestors().take(5).map(|folder| folder.join("hub-config"));
    let Some(folder) = folders.into_iter().find(|folder| folder.join("tasks.json").exists()) else {
        return Ok(None);
    };
    let mut found = of(&json(&folder.join("tasks.json"))?);
    if found.task_ids.is_empty() {
        return Err(format!("{} names no task ids", folder.join("tasks.json").display()));
    }
    let target_data = folder.join("target-data.json");
    if target_data.exists() {
        let config = json(&target_data)?;
        let units: BTreeSet<String> =
            list(&config, "observable_unit").filter_map(|c| Some(c.as_str()?.to_owned())).collect();
        found.observable = (!units.is_empty()).then_some(units);
    }
    Ok(Some(found))
}

fn json(file: &Path) -> Result<Value, String> {
    let refused = |why: String| format!("{} is not read: {why}", file.display());
    let bytes = darien_base::input::bytes(file, MAX_BYTES).map_err(|e| {
        refused(match e.kind() {
            ErrorKind::FileTooLarge => format!("it is larger than {} MiB", MAX_BYTES >> 20),
            ErrorKind::InvalidInput => format!("it {e}"),
            _ => e.to_string(),
        })
    })?;
    serde_json::from_slice(&bytes).map_err(|e| refused(e.to_string()))
}

/// Elements of a list in a JSON object; none if there is no such list.
fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn of(config: &Value) -> Declared {
    let mut found = Declared::default();
    let tasks = list(config, "rounds").flat_map(|round| list(round, "model_tasks"));
    for task in tasks {
        let ids = task.get("task_ids").and_then(Value::as_object);
        found.task_ids.extend(ids.into_iter().flat_map(|ids| ids.keys().cloned()));
        let pmf = task.pointer("/output_type/pmf/output_type_id");
        let categories: Vec<String> = pmf
            .into_iter()
            .flat_map(|ids| list(ids, "required").chain(list(ids, "optional")))
            .map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned))
            .collect();
        for target in list(task, "target_metadata") {
            let key = target
                .get("target_keys")
                .and_then(Value::as_object)
                .and_then(|keys| keys.iter().next())
                .and_then(|(column, value)| Some((column.clone(), value.as_str()?.to_owned())));
            found.targets.extend(key.iter().map(|(column, _)| column.clone()));
            if !categories.is_empty() {
                found.scales.push(Scale {
                    target: key,
                    categories: categories.clone(),
                    ordered: target.get("target_type").and_then(Value::as_str) == Some("ordinal"),
                });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_targets_and_categories_are_found() {
        let dir = tempfile::tempdir().unwrap();
        let model = dir.path().join("model-output/t-m");
        std::fs::create_dir_all(dir.path().join("hub-config")).unwrap();
        std::fs::create_dir_all(&model).unwrap();
        assert_eq!(declared(&model), Ok(None));
        let file = dir.path().join("hub-config/tasks.json");
        std::fs::write(&file, "{").unwrap();
        assert!(declared(&model).unwrap_err().contains("tasks.json is not read"));
        let config = r#"{"rounds": [{"model_tasks": [{
            "task_ids": {"target": {}, "zone": {}},
            "output_type": {"pmf": {"output_type_id": {"required": ["low", "high"]}}},
            "target_metadata": [{"target_keys": {"target": "trend"}, "target_type": "ordinal"}]}]}]}"#;
        std::fs::write(&file, config).unwrap();
        let found = declared(&model).unwrap().unwrap();
        assert_eq!(found.task_ids, BTreeSet::from(["target".to_string(), "zone".to_string()]));
        assert_eq!(found.targets, BTreeSet::from(["target".to_string()]));
        let scale = &found.scales[0];
        assert_eq!(
            (scale.categories.as_slice(), scale.ordered),
            (["low".to_string(), "high".to_string()].as_slice(), true)
        );
    }
}
