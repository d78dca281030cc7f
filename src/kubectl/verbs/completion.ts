import { UsageError } from "../errors.js";
import { defineVerb } from "../verb.js";

/** The scripts ask the program itself: `kjob __complete WORD…`, the last word being the one that is not finished. */
const scripts: Readonly<Record<string, string>> = {
  bash: `# bash completion for kubectl and kjob. To have it in every shell: echo 'source <(kjob completion bash)' >> ~/.bashrc
__kjob_complete() {
  local words
  mapfile -t words < <("\${COMP_WORDS[0]}" __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  COMPREPLY=("\${words[@]}")
  if [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *[=/] ]]; then compopt -o nospace 2>/dev/null; fi
  if [[ \${#COMPREPLY[@]} -eq 0 ]]; then compopt -o default 2>/dev/null; fi
}
complete -F __kjob_complete kjob kubectl k
`,
  zsh: `#compdef kjob kubectl k
# zsh completion for kubectl and kjob. To have it in every shell: echo 'source <(kjob completion zsh)' >> ~/.zshrc
__kjob_complete() {
  local -a found
  found=("\${(@f)$("\${words[1]}" __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${found[1]}" ]]; then compadd -- "\${found[@]}"; else _files; fi
}
if (( $+functions[compdef] )); then compdef __kjob_complete kjob kubectl k; fi
`,
  fish: `# fish completion for kubectl and kjob. To have it in every shell: kjob completion fish > ~/.config/fish/completions/kjob.fish
function __kjob_complete
  set -l words (commandline -opc) (commandline -ct)
  $words[1] __complete $words[2..-1] 2>/dev/null
end
complete -c kjob -f -a '(__kjob_complete)'
complete -c kubectl -f -a '(__kjob_complete)'
`,
  powershell: `# PowerShell completion for kubectl and kjob. To have it in every shell: kjob completion powershell >> $PROFILE
Register-ArgumentCompleter -Native -CommandName 'kjob', 'kubectl', 'k' -ScriptBlock {
  param($word, $command, $position)
  $words = @($command.CommandElements | ForEach-Object { $_.ToString() })
  $program = $words[0]
  $rest = @($words | Select-Object -Skip 1)
  if ($word -eq '') { $rest += '' }
  & $program __complete @rest 2>$null | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`,
};

export const completionVerb = defineVerb({
  name: "completion",
  usage: "SHELL",
  about:
    "Print the script with which a shell completes commands, flags and the names of objects: bash, zsh, fish, powershell.",
  examples: `# In this bash
source <(kubectl completion bash)`,
  flags: {},
  complete: ({ args }) => {
    const [shell, ...more] = args;
    if (shell === undefined) throw new UsageError("Shell not specified.", "examples");
    if (more.length > 0) throw new UsageError("Too many arguments. Expected only the shell type.", "examples");
    const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
    if (script === undefined) throw new UsageError(`Unsupported shell type ${JSON.stringify(shell)}.`, "examples");
    return script;
  },
  run: async (script, { edge }) => edge.out(script),
});
