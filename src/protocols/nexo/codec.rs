pub fn poi_id_of(_body: &[u8]) -> Option<String> {
    None
}
