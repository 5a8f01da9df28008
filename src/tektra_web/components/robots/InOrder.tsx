// SPDX-License-Identifier: Apache-2.0
import { useTexts } from "@/lib/i18n";
import { BETWEEN } from "@/lib/skillForms";
import type { Choice } from "./SkillForm";

interface Props { label: string; needed: boolean; choices: readonly Choice[]; value: string; onChange(value: string): void }

/** Several of the choices, one after the other; each goes by a click. */
export function InOrder({ label, needed, choices, value, onChange }: Props) {
  const t = useTexts();
  const picked = value === "" ? [] : value.split(BETWEEN);
  const called = (name: string) => choices.find((choice) => choice.value === name)?.text ?? name;
  return (
    <div>
      <label>{t("inOrder", { name: label })}
        <select required={needed && picked.length === 0} value="" onChange={(event) => event.target.value !== "" && onChange([...picked, event.target.value].join(BETWEEN))}>
          <option value="">{t("choose")}</option>
          {choices.map((choice) => <option key={choice.value} value={choice.value}>{choice.text}</option>)}
        </select>
      </label>
      <ol className="picked">
        {picked.map((name, at) => (
          <li key={at}>
            <button type="button" onClick={() => onChange(picked.filter((_, other) => other !== at).join(BETWEEN))}>
              {at + 1}. {called(name)} <span aria-hidden="true">×</span><span className="unseen">{t("remove")}</span>
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}
