//! The whole life of a payment, states × events, as a golden file.

use checkstand::domain::lifecycle::Step;
use checkstand::domain::{PaymentEvent, PaymentState};

#[test]
fn the_table_of_states_and_events_is_as_it_was() {
    let mut table = String::new();
    for state in PaymentState::ALL {
        for event in PaymentEvent::ALL {
            let step = match state.on(event) {
                Step::To(next) => format!("→ {next:?}"),
                Step::Stay => "stays".to_owned(),
                Step::Forbidden => "FORBIDDEN".to_owned(),
            };
            table += &format!("{:<16} {:<22} {step}\n", format!("{state:?}"), format!("{event:?}"));
        }
        table.push('\n');
    }
    insta::with_settings!({
        snapshot_path => "golden",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!("lifecycle", table);
    });
}
