//! The vendor's spelling variants (section 19), in one place.

use super::tree::Element;

/// As found in the documents, and as it is in the schema.
const NAMES: [(&str, &str); 9] = [
    ("InfoQuality", "InfoQualify"),
    ("ServiceEnabled", "ServicesEnabled"),
    ("PaymentAquirerData", "PaymentAcquirerData"),
    ("AquirerPOIID", "AcquirerPOIID"),
    ("SaleToAquirerData", "SaleToAcquirerData"),
    ("MaintenanceRequired", "MaintenanceRequiredFlag"),
    ("ItemId", "ItemID"),
    ("PaymentIntrumentType", "PaymentInstrumentType"),
    ("TokenRequested", "TokenRequestedType"),
];

/// Replaces variants by the schema's names; an attribute that stands there in both spellings keeps the schema's.
pub fn correct(element: &mut Element) {
    if let Some(name) = schema_name(&element.name) {
        element.name = name.to_owned();
    }
    for at in 0..element.attributes.len() {
        if let Some(name) = schema_name(&element.attributes[at].0)
            && element.attribute(name).is_none()
        {
            element.attributes[at].0 = name.to_owned();
        }
    }
    element.children.iter_mut().for_each(correct);
}

fn schema_name(name: &str) -> Option<&'static str> {
    NAMES.iter().find(|(variant, _)| *variant == name).map(|(_, schema)| *schema)
}

/// `EndMaintenence` of a diagram.
pub fn event_name(name: &str) -> &str {
    if name == "EndMaintenence" { "EndMaintenance" } else { name }
}
