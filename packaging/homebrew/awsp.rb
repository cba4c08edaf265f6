# Filled in by `packaging/build manifests`, for a tap: brew install OWNER/tap/awsp
class Awsp < Formula
  desc "Switch AWS profiles in this shell, and log in when needed"
  homepage "@REPOSITORY@"
  version "@VERSION@"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "@REPOSITORY@/releases/download/v@VERSION@/awsp-v@VERSION@-aarch64-apple-darwin.tar.gz"
      sha256 "@AARCH64_MACOS@"
    end
    on_intel do
      url "@REPOSITORY@/releases/download/v@VERSION@/awsp-v@VERSION@-x86_64-apple-darwin.tar.gz"
      sha256 "@X86_64_MACOS@"
    end
  end

  on_linux do
    on_arm do
      url "@REPOSITORY@/releases/download/v@VERSION@/awsp-v@VERSION@-aarch64-unknown-linux-musl.tar.gz"
      sha256 "@AARCH64_LINUX@"
    end
    on_intel do
      url "@REPOSITORY@/releases/download/v@VERSION@/awsp-v@VERSION@-x86_64-unknown-linux-musl.tar.gz"
      sha256 "@X86_64_LINUX@"
    end
  end

  def install
    bin.install "awsp"
    bash_completion.install "completions/awsp.bash" => "awsp"
    zsh_completion.install "completions/_awsp"
    fish_completion.install "completions/awsp.fish"
    man.install Dir["man/*"]
    pkgshare.install "awsp.plugin.bash", "awsp.plugin.zsh", "conf.d/awsp.fish"
  end

  def caveats
    <<~EOS
      Put one of these at the end of your shell's start-up file:
        eval "$(command awsp init bash)"    ~/.bash_profile on macOS, ~/.bashrc on Linux
        eval "$(command awsp init zsh)"     ~/.zshrc
        command awsp init fish | source     ~/.config/fish/config.fish
    EOS
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/awsp --version")
    assert_match "__awsp", shell_output("#{bin}/awsp init bash")
  end
end
