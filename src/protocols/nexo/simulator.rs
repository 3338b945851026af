pub fn create(_s: &crate::protocols::protocol::SimulatorSetup) -> Box<dyn crate::protocols::simulator::Simulator> {
    unimplemented!()
}
