//! Resolving: one profile resolves as it does among all, and a chain ends.

use std::collections::HashSet;

use super::{files, parts};
use crate::aws::profile::{all_sessions, resolve, resolve_all};

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
        // Only the first may be its own source.
        let links = &chain[usize::from(chain.get(1) == Some(&name.as_str()))..];
        let distinct: HashSet<_> = links.iter().collect();
        assert_eq!(distinct.len(), links.len(), "{chain:?}");
        let account = found.account_id();
        let is_account = |id: &str| id.len() == 12 && id.is_ascii();
        assert!(account.is_none_or(is_account), "{account:?}");
    }
    for (session, _) in all_sessions(&files, &all) {
        assert!(!session.start_url.is_empty() && !session.region.is_empty());
    }
}
