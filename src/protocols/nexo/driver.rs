use crate::protocols::protocol::*;
pub fn create(_s: &DriverSetup) -> Result<Box<dyn crate::protocols::driver::Driver>, FieldError> {
    Err(FieldError::new("x", FieldProblem::Unknown))
}
