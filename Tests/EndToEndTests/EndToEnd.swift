import Testing

/// Sluice as its users meet it: the built program, folders of YAML, a real Envoy, real upstream servers, real requests.
///
/// One test at a time: they share two cores with two servers each, and some measure.
@Suite(.serialized) struct EndToEnd {}
