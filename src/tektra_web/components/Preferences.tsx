// SPDX-License-Identifier: Apache-2.0
import { LANGUAGES, isLanguage, useTexts } from "@/lib/i18n";
import { session } from "@/lib/session";
import { type Theme, useStore } from "@/lib/store";

const THEMES: readonly Theme[] = ["auto", "light", "dark"];

/** Language and appearance. */
export function Preferences() {
  const t = useTexts();
  const language = useStore((state) => state.language);
  const theme = useStore((state) => state.theme);
  return (
    <div className="preferences">
      <label>
        <span className="unseen">{t("language")}</span>
        <select value={language} onChange={(event) => isLanguage(event.target.value) && session().setLanguage(event.target.value)}>
          {LANGUAGES.map(({ code, name }) => <option key={code} value={code} lang={code}>{name}</option>)}
        </select>
      </label>
      <label>
        <span className="unseen">{t("theme")}</span>
        <select value={theme} onChange={(event) => session().setTheme(event.target.value as Theme)}>
          {THEMES.map((known) => <option key={known} value={known}>{t(known)}</option>)}
        </select>
      </label>
    </div>
  );
}
