//! Resolving: a profile resolved alone is the same as among all, and every chain ends.

use std::collections::HashSet;

use super::{files, parts};
use crate::aws::profile::{Profile, all_sessions, resolve, resolve_all};

/// The config file, and the credentials file.
pub fn holds(data: &[u8]) {
    let mut parts = parts(data);
    let config = parts.next().unwrap_or_default();
    let files = files(&config, &parts.next().unwrap_or_default());
    let all = resolve_all(&files);
    for (name, among_all) in &all {
        let alone = resolve(&files, name);
        assert_eq!(alone.as_ref().ok(), among_all.as_ref().ok());
        let Ok(found) = alone else { continue };
        let chain: Vec<&str> = found.chain().map(|link| link.name.as_str()).collect();
        assert_eq!(chain.first(), Some(&name.as_str()));
        // Only the first profile may be its own source.
        let links = &chain[usize::from(chain.get(1) == Some(&name.as_str()))..];
        let distinct: HashSet<_> = links.iter().collect();
        assert_eq!(distinct.len(), links.len(), "{chain:?}");
        let account = found.account_id();
        let is_account = |id: &str| id.len() == 12 && id.is_ascii();
        assert!(account.is_none_or(is_account), "{account:?}");
    }
    let mut used = 0;
    for one in all_sessions(&files) {
        assert!(!one.session.start_url.is_empty() && !one.session.region.is_empty());
        used += one.profiles;
    }
    let has_session = |found: &Profile| found.session().is_some();
    let resolved = all.iter().filter_map(|(_, found)| found.as_ref().ok());
    assert_eq!(resolved.filter(|found| has_session(found)).count(), used);
}
