/// An expression, compiled.
typealias Evaluation = @Sendable (Run, Frame) throws(TemplateError) -> Value

/// A statement, compiled.
typealias Execution = @Sendable (Run, Frame) throws(TemplateError) -> Flow

/// A target, compiled: assigns.
typealias Assignment = @Sendable (Run, Frame, Value) throws(TemplateError) -> Void

/// Where to go on after a statement.
enum Flow: Sendable { case next, leaveLoop, nextIteration }

/// Statements in their order.
struct Code: Sendable {
    /// What the scope's variables are before its first statement.
    var prologue: [@Sendable (Run, Frame) -> Void] = []
    var statements: [Execution] = []

    func run(_ run: Run, _ frame: Frame) throws(TemplateError) -> Flow {
        for start in prologue { start(run, frame) }
        for statement in statements {
            let flow = try statement(run, frame)
            if flow != .next { return flow }
        }
        return .next
    }
}
