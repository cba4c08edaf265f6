//! What a logout asks of AWS.

use super::end;
use crate::login::service::Answered;
use crate::login::store::Store;
use crate::login::tests::*;

/// What a logout asks of AWS, and what comes of it.
fn logout(scene: &Scene) -> (Vec<String>, Answered<()>) {
    let held = Store::new(&scene.env, &scene.session).read().unwrap();
    let ended = end(&scene.fake, &scene.session, &held, scene.env.now());
    (scene.fake.asked.take(), ended)
}

#[test]
fn a_logout_of_a_session_that_renews_gets_a_token_that_can_end_it() {
    let scene = Scene::new(OVER);
    scene.answers(|| Ok(grant("second")));
    let (asked, ended) = logout(&scene);
    assert!(ended.is_ok());
    assert_eq!(
        asked,
        ["eu-west-1 first-refresh", "eu-west-1 logout second-access"]
    );
    // A token that is alive does it by itself.
    let scene = Scene::new(SHORT);
    let (asked, ended) = logout(&scene);
    assert!(ended.is_ok());
    assert_eq!(asked, ["eu-west-1 logout first-access"]);
    // Unless AWS does not know it.
    let scene = Scene::new(GOOD);
    let refused = service_error(401, "UnauthorizedException");
    scene.fake.logouts.borrow_mut().push_back(refused);
    scene.answers(|| Ok(grant("second")));
    let (asked, ended) = logout(&scene);
    assert!(ended.is_ok());
    assert_eq!(asked.last().unwrap(), "eu-west-1 logout second-access");
}

#[test]
fn a_logout_that_aws_does_not_confirm_is_no_success() {
    let scene = Scene::new(OVER);
    scene.answers(|| Err(service_error(400, "InvalidGrantException")));
    assert!(logout(&scene).1.is_ok(), "it was over");
    for trouble in mishaps() {
        let what = format!("{trouble:?}");
        let scene = Scene::new(OVER);
        scene.answers(|| Err(trouble));
        assert!(logout(&scene).1.is_err(), "{what}");
    }
}
