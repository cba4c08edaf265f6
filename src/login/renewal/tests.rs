//! Only AWS ends a session, and another program's token is never overwritten.

use std::fs;

use crate::aws::session::State;
use crate::aws::token_cache;
use crate::login::Request;
use crate::login::service::{Answered, Trouble};
use crate::login::tests::*;
use crate::net::fault::Fault;
use crate::net::oidc::Grant;
use crate::system::error::Kind;

#[test]
fn a_renewal_that_fails_costs_nothing_and_the_token_is_used_while_it_is_good() {
    for trouble in mishaps() {
        let scene = Scene::new(SHORT);
        let before = scene.bytes();
        let what = format!("{trouble:?}");
        scene.answers(|| Err(trouble));
        let ready = scene.bring_up().ok().unwrap();
        assert_eq!(ready.token.access_token, "first-access", "{what}");
        assert_eq!(scene.bytes(), before, "{what}");
        assert_eq!(scene.state(), State::Renewable, "{what}");
    }
}

#[test]
fn a_renewal_that_fails_is_tried_again_by_the_next_command() {
    for trouble in mishaps() {
        let scene = Scene::new(OVER);
        let before = scene.bytes();
        let what = format!("{trouble:?}");
        scene.answers(|| Err(trouble));
        let error = scene.bring_up().err().unwrap();
        assert_ne!(error.kind, Kind::PersonNeeded, "{what}");
        assert_eq!(scene.bytes(), before, "{what}");
        scene.answers(|| Ok(grant("second")));
        let ready = scene.bring_up().ok().unwrap();
        assert_eq!(ready.token.access_token, "second-access", "{what}");
    }
}

#[test]
fn a_session_ends_by_awss_own_word_for_all_of_awsp_and_without_a_byte_written() {
    for trouble in refusals() {
        let scene = Scene::new(OVER);
        let before = scene.bytes();
        scene.answers(|| Err(trouble));
        for _ in 0..2 {
            assert_eq!(scene.bring_up().err().unwrap().kind, Kind::PersonNeeded);
            assert_eq!(scene.state(), State::Ended);
        }
        assert_eq!(scene.asked(), 1, "AWS is not asked twice");
        assert_eq!(scene.bytes(), before, "others judge for themselves");
        // Until somebody writes another token.
        scene.writer(&scene.token("other", OVER))();
        assert_eq!(scene.state(), State::Renewable);
    }
}

#[test]
fn a_refused_renewal_takes_nothing_from_an_access_token_that_is_good() {
    let scene = Scene::new(SHORT);
    scene.answers(|| Err(service_error(400, "InvalidGrantException")));
    assert_eq!(scene.bring_up().err().unwrap().kind, Kind::PersonNeeded);
    let times = token_cache::times(&scene.env, &scene.session);
    assert!(times.is_alive(scene.env.now()) && !times.is_renewable(scene.env.now()));
}

#[test]
fn the_login_of_another_program_is_taken_and_never_written_over() {
    let answers: [fn() -> Answered<Grant>; 4] = [
        || Ok(grant("ours")),
        || Err(service_error(400, "InvalidGrantException")),
        || Err(service_error(500, "InternalServerException")),
        || Err(Trouble::Fault(Fault::Nonsense { status: 403 })),
    ];
    for answer in answers {
        let scene = Scene::new(OVER);
        let theirs = scene.writer(&scene.token("theirs", GOOD));
        scene.answers(move || {
            theirs();
            answer()
        });
        let ready = scene.bring_up().ok().unwrap();
        assert_eq!(ready.token.access_token, "theirs-access");
        assert_eq!(
            token_cache::parse(&scene.bytes()).unwrap().access_token,
            "theirs-access"
        );
        assert_eq!(scene.state(), State::Valid);
        assert_eq!(scene.asked(), 1);
    }
}

#[test]
fn a_faster_program_may_take_a_moment_to_write() {
    let scene = Scene::new(OVER);
    let theirs = scene.writer(&scene.token("theirs", GOOD));
    scene.answers(move || {
        std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(150));
            theirs();
        });
        Err(service_error(400, "InvalidGrantException"))
    });
    let ready = scene.bring_up().ok().unwrap();
    assert_eq!(ready.token.access_token, "theirs-access");
    assert_eq!(scene.state(), State::Valid);
}

#[test]
fn a_renewable_token_of_another_program_is_renewed_in_turn() {
    let scene = Scene::new(OVER);
    let theirs = scene.writer(&scene.token("theirs", OVER));
    scene.answers(move || {
        theirs();
        Err(service_error(400, "InvalidGrantException"))
    });
    scene.answers(|| Ok(grant("ours")));
    let ready = scene.bring_up().ok().unwrap();
    assert_eq!(ready.token.access_token, "ours-access");
    assert_eq!(
        *scene.fake.asked.borrow(),
        ["eu-west-1 first-refresh", "eu-west-1 theirs-refresh"]
    );
}

#[test]
fn what_is_written_is_what_was_read_last_with_our_change() {
    let scene = Scene::new(OVER);
    let mut same = scene.token("first", OVER);
    same.extra.insert("noted".to_owned(), "meanwhile".into());
    let rewritten = scene.writer(&same);
    scene.answers(move || {
        rewritten();
        Ok(grant("ours"))
    });
    scene.bring_up().ok().unwrap();
    let token = token_cache::parse(&scene.bytes()).unwrap();
    assert_eq!(token.access_token, "ours-access");
    assert_eq!(token.extra["noted"], "meanwhile");
}

#[test]
fn half_a_file_is_waited_for_and_then_written_over() {
    let scene = Scene::new(OVER);
    let (path, theirs) = (scene.path(), scene.writer(&scene.token("theirs", GOOD)));
    scene.answers(move || {
        fs::write(path, r#"{"accessToken": "the"#).unwrap();
        std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(200));
            theirs();
        });
        Ok(grant("ours"))
    });
    let ready = scene.bring_up().ok().unwrap();
    assert_eq!(ready.token.access_token, "theirs-access");

    let scene = Scene::new(OVER);
    let path = scene.path();
    scene.answers(move || {
        fs::write(path, r#"{"accessToken": "the"#).unwrap();
        Ok(grant("ours"))
    });
    let ready = scene.bring_up().ok().unwrap();
    assert_eq!(ready.token.access_token, "ours-access");
    assert_eq!(scene.state(), State::Valid);
}

#[test]
fn a_logout_meanwhile_stays_a_logout() {
    let scene = Scene::new(OVER);
    let path = scene.path();
    scene.answers(move || {
        fs::remove_file(path).unwrap();
        Ok(grant("ours"))
    });
    assert_eq!(scene.bring_up().err().unwrap().kind, Kind::PersonNeeded);
    assert!(!scene.path().exists());
}

#[test]
fn a_token_is_renewed_where_it_was_made() {
    let scene = Scene::new(OVER);
    let mut token = scene.token("first", OVER);
    token.region = Some("eu-central-1".to_owned());
    scene.writer(&token)();
    scene.answers(|| Ok(grant("second")));
    scene.bring_up().ok().unwrap();
    assert_eq!(*scene.fake.asked.borrow(), ["eu-central-1 first-refresh"]);
    let token = token_cache::parse(&scene.bytes()).unwrap();
    assert_eq!(token.region.as_deref(), Some("eu-central-1"));
}

#[test]
fn a_token_that_aws_refuses_is_renewed_though_its_dates_are_good() {
    let scene = Scene::new(GOOD);
    scene.answers(|| Ok(grant("second")));
    let ready = scene.bring_up_with(&Request::token(Some("first-access".to_owned())));
    assert_eq!(ready.ok().unwrap().token.access_token, "second-access");
    // Another program's token is not the one that was refused.
    let ready = scene.bring_up_with(&Request::token(Some("first-access".to_owned())));
    assert_eq!(ready.ok().unwrap().token.access_token, "second-access");
    assert_eq!(scene.asked(), 1);
}

#[test]
fn what_stands_behind_a_token_goes_with_the_next_login() {
    let scene = Scene::new(GOOD);
    let clean = scene.bytes();
    fs::write(scene.path(), [&clean[..], b"\"}"].concat()).unwrap();
    scene.bring_up().ok().unwrap();
    assert_eq!(scene.bytes(), clean);
}
