import Foundation

/// The view's own texts, in the app's language. An app overrides one by a key of the same name in its own
/// `Bailing.strings`.
enum Strings {
    static func text(_ key: String) -> String {
        let own = Bundle.main.localizedString(forKey: key, value: nil, table: "Bailing")
        if own != key { return own }
        return Bundle.module.localizedString(forKey: key, value: nil, table: nil)
    }

    static func text(_ key: String, _ numbers: Int...) -> String {
        String(format: text(key), arguments: numbers.map { $0 as any CVarArg })
    }
}
