/// Plausible prose, so that tokenizing it costs what real prompts cost.
enum WorkloadText {
    /// `count` words, which are about as many tokens.
    static func words(_ count: Int, _ numbers: inout SeededNumbers) -> String {
        var text = ""
        appendWords(to: &text, &numbers) { written, _ in written < count }
        return text
    }

    /// Exactly `count` bytes.
    static func bytes(_ count: Int, _ numbers: inout SeededNumbers) -> String {
        var text = ""
        appendWords(to: &text, &numbers) { _, text in text.utf8.count < count }
        return String(decoding: text.utf8.prefix(count), as: UTF8.self)
    }

    /// Sentences of 6 to 17 words while `goesOn` says so.
    private static func appendWords(
        to text: inout String,
        _ numbers: inout SeededNumbers,
        while goesOn: (_ written: Int, _ text: String) -> Bool
    ) {
        var written = 0
        var untilStop = 6 + numbers.below(12)
        while goesOn(written, text) {
            if !text.isEmpty { text += " " }
            text += vocabulary[numbers.below(vocabulary.count)]
            written += 1
            untilStop -= 1
            if untilStop == 0 {
                text += "."
                untilStop = 6 + numbers.below(12)
            }
        }
    }

    private static let vocabulary =
        """
        time year people way day man thing woman life child world school state family student \
        group country problem hand part place case week company system program question work \
        government number night point home water room mother area money story fact month lot \
        right study book eye job word business issue side kind head house service friend father \
        power hour game line end member law car city community name president team minute idea \
        kid body information back parent face others level office door health person art war \
        history party result change morning reason research girl guy moment air teacher force \
        education foot boy age policy music market sense nation plan college interest death \
        experience effect use class control care field development role student effort rate \
        heart drug show leader light voice wife whole police mind price decision son view \
        relationship town road arm difference value building action season society tax director \
        position player record paper space ground form event official matter center couple site \
        project activity star table need court American oil situation cost industry figure \
        street image phone data picture practice piece land product doctor wall patient worker \
        news test movie north love support technology the and for with about because through \
        between after before while however during without against under around among although
        """.split(separator: " ").map(String.init)
}
