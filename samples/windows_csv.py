# SPDX-License-Identifier: Apache-2.0
"""The CSV that a Japanese Event Viewer exports: five columns, newest first, local time, no machine's name.

What an event says is a message for people. The labels are those of Windows; explanations that follow them are left out.
"""

import time

import windows
import windows_forms

HEAD = 'レベル,日付と時刻,ソース,イベント ID,タスクのカテゴリ'
CATEGORIES = {12544: 'ログオン', 12545: 'ログオフ', 12551: 'その他のログオン/ログオフ イベント', 12810: 'フィルタリング プラットフォームの接続',
              13312: 'プロセス作成', 13568: '監査ポリシーの変更', 104: 'ログの消去'}
WORDS = {'%%14592': '着信', '%%14593': '送信', '%%2313': 'ユーザー名を認識できないか、またはパスワードが間違っています。',
         '%%1833': '偽装', '%%1843': 'いいえ', '%%1842': 'はい', '%%14610': '受信/受け入れ', '%%14611': '接続', '%%1938': 'TokenElevationTypeLimited (3)'}
SUBJECT = ('サブジェクト', ('セキュリティ ID', 'SubjectUserSid'), ('アカウント名', 'SubjectUserName'),
           ('アカウント ドメイン', 'SubjectDomainName'), ('ログオン ID', 'SubjectLogonId'))
STATION = ('ネットワーク情報', ('ワークステーション名', 'WorkstationName'), ('ソース ネットワーク アドレス', 'IpAddress'),
           ('ソース ポート', 'IpPort'))
DETAILS = ('詳細な認証情報', ('ログオン プロセス', 'LogonProcessName'), ('認証パッケージ', 'AuthenticationPackageName'),
           ('移行されたサービス', 'TransmittedServices'), ('パッケージ名 (NTLM のみ)', 'LmPackageName'), ('キーの長さ', 'KeyLength'))
PROCESS = ('プロセス情報', ('プロセス ID', 'ProcessId'), ('プロセス名', 'ProcessName'))
WINDOW = [('サブジェクト', ('アカウント名', 'AccountName'), ('アカウント ドメイン', 'AccountDomain'), ('ログオン ID', 'LogonID')),
          ('セッション', ('セッション名', 'SessionName')), ('追加情報', ('クライアント名', 'ClientName'), ('クライアント アドレス', 'ClientAddress'))]
TARGET = ('サブジェクト', ('セキュリティ ID', 'TargetUserSid'), ('アカウント名', 'TargetUserName'), ('アカウント ドメイン', 'TargetDomainName'),
          ('ログオン ID', 'TargetLogonId'))
# What the message begins with, and its groups of (label, name).
SECTIONS = {
    4624: ('アカウントが正常にログオンしました。', [
        SUBJECT, ('ログオン情報', ('ログオン タイプ', 'LogonType'), ('制限付き管理モード', 'RestrictedAdminMode'),
                  ('仮想アカウント', 'VirtualAccount'), ('昇格されたトークン', 'ElevatedToken')),
        ('偽装レベル', 'ImpersonationLevel'),
        ('新しいログオン', ('セキュリティ ID', 'TargetUserSid'), ('アカウント名', 'TargetUserName'),
         ('アカウント ドメイン', 'TargetDomainName'), ('ログオン ID', 'TargetLogonId'), ('リンクされたログオン ID', 'TargetLinkedLogonId'),
         ('ネットワーク アカウント名', 'TargetOutboundUserName'), ('ネットワーク アカウント ドメイン', 'TargetOutboundDomainName'),
         ('ログオン GUID', 'LogonGuid')), PROCESS, STATION, DETAILS]),
    4625: ('アカウントがログオンに失敗しました。', [
        SUBJECT, ('ログオン タイプ', 'LogonType'),
        ('ログオンを失敗したアカウント', ('セキュリティ ID', 'TargetUserSid'), ('アカウント名', 'TargetUserName'),
         ('アカウント ドメイン', 'TargetDomainName')),
        ('エラー情報', ('失敗の原因', 'FailureReason'), ('状態', 'Status'), ('サブ ステータス', 'SubStatus')),
        ('プロセス情報', ('呼び出し側プロセス ID', 'ProcessId'), ('呼び出し側プロセス名', 'ProcessName')), STATION, DETAILS]),
    4634: ('アカウントがログオフしました。', [TARGET, ('ログオン タイプ', 'LogonType')]),
    4647: ('ユーザーがログオフを開始しました:', [TARGET]),
    4778: ('セッションがウィンドウ ステーションに再接続されました。', WINDOW),
    4779: ('セッションがウィンドウ ステーションから切断されました。', WINDOW),
    5156: ('Windows フィルターリング プラットフォームで、接続が許可されました。', [
        ('アプリケーション情報', ('プロセス ID', 'ProcessID'), ('アプリケーション名', 'Application')),
        ('ネットワーク情報', ('方向', 'Direction'), ('ソース アドレス', 'SourceAddress'), ('ソース ポート', 'SourcePort'),
         ('宛先アドレス', 'DestAddress'), ('宛先ポート', 'DestPort'), ('プロトコル', 'Protocol')),
        ('フィルター情報', ('フィルターの実行時 ID', 'FilterRTID'), ('レイヤー名', 'LayerName'), ('レイヤーの実行時 ID', 'LayerRTID'))]),
    4688: ('新しいプロセスが作成されました。', [
        ('クリエーター サブジェクト', *SUBJECT[1:]),
        ('ターゲット サブジェクト', ('セキュリティ ID', 'TargetUserSid'), ('アカウント名', 'TargetUserName'),
         ('アカウント ドメイン', 'TargetDomainName'), ('ログオン ID', 'TargetLogonId')),
        ('プロセス情報', ('新しいプロセス ID', 'NewProcessId'), ('新しいプロセス名', 'NewProcessName'),
         ('トークン昇格の種類', 'TokenElevationType'), ('必須ラベル', 'MandatoryLabel'), ('クリエーター プロセス ID', 'ProcessId'),
         ('クリエーター プロセス名', 'ParentProcessName'), ('プロセスのコマンド ライン', 'CommandLine'))]),
    4719: ('システム監査ポリシーが変更されました。', [
        SUBJECT, ('監査ポリシーの変更', ('カテゴリ', 'CategoryId'), ('サブカテゴリ', 'SubcategoryId'),
                  ('サブカテゴリ GUID', 'SubcategoryGuid'), ('変更', 'AuditPolicyChanges'))]),
    1102: ('監査ログが消去されました。', [
        ('サブジェクト', ('セキュリティ ID', 'SubjectUserSid'), ('アカウント名', 'SubjectUserName'), ('ドメイン名', 'SubjectDomainName'),
         ('ログオン ID', 'SubjectLogonId'))]),
}
SESSION = '\n\nユーザー: {User}\nセッション ID: {SessionID}'
FROM = '\nソース ネットワーク アドレス: {Address}'
SENTENCES = {
    21: 'リモート デスクトップ サービス: セッション ログオンに成功しました:' + SESSION + FROM,
    22: 'リモート デスクトップ サービス: シェル スタート通知を受信しました:' + SESSION + FROM,
    23: 'リモート デスクトップ サービス: セッション ログオフに成功しました:' + SESSION,
    24: 'リモート デスクトップ サービス: セッションは切断されました:' + SESSION + FROM,
    25: 'リモート デスクトップ サービス: セッション再接続に成功しました:' + SESSION + FROM,
    39: 'セッション {TargetSession} はセッション {Source} によって切断されました',
    40: 'セッション {Session} が切断されました。理由コード {Reason}',
    1149: 'リモート デスクトップ サービス: ユーザー認証に成功しました:\n\nユーザー: {Param1}\nドメイン: {Param2}\nソース ネットワーク アドレス: {Param3}',
    261: 'リスナー {listenerName} が接続を受け取りました',
    131: 'サーバーは、クライアント {ClientIP} からの新しい {ConnType} 接続を受け付けました。',
    65: '接続 {ConnectionName} が作成されました ',
    98: 'TCP 接続が正常に確立されました。',
    102: 'サーバーはクライアントに対する主要な RDP 接続を終了しました。',
    103: '切断の理由コードは {ReasonCode} です。',
    104: 'クライアントのタイムゾーンは UTC から {TimezoneBiasHour} 時間です。',
    140: 'IP アドレスが {IPString} のクライアント コンピューターからの接続は、ユーザー名またはパスワードが正しくないため失敗しました。',
    72: 'インターフェイス メソッドが呼び出されました: {MethodName} ',
}
SYSMON = {1: 'Process Create:', 3: 'Network connection detected:'}


def line(label, text, deep):
    return '%s%s:\t%s%s' % ('\t' if deep else '', label, '\t' if len(label) < 12 else '', WORDS.get(text, text))


def message(event):
    said = dict(event.data)
    if event.kind.log == 'sysmon':
        return '\n'.join([SYSMON[event.kind.id]] + ['%s: %s' % pair for pair in event.data])
    if event.kind.id in SENTENCES:
        return SENTENCES[event.kind.id].format(**said)
    first, sections = SECTIONS[event.kind.id]
    parts = [first]
    for section in sections:
        if isinstance(section[1], str):
            parts.append(line(section[0], said[section[1]], False))
        else:
            parts.append('\n'.join([section[0] + ':'] + [line(label, said[name], True) for label, name in section[1:]]))
    return '\n\n'.join(parts)


def quoted(text):
    return '"' + text.replace('"', '""') + '"' if '\n' in text or ',' in text or '"' in text else text


def write(folder, events, minutes=540):
    files = []
    for (computer, name), log in windows_forms.by_log(sorted(events, key=lambda event: event.ticks)).items():
        path, file = windows_forms.open_log(folder, computer, name, '.csv')
        with file:
            file.write('\ufeff' + HEAD + '\r\n')
            for event in reversed(log):
                local = time.strftime('%Y/%m/%d %H:%M:%S', time.gmtime(event.ticks // 10000000 + minutes * 60))
                level = {2: 'エラー', 3: '警告'}.get(event.kind.level, '情報')
                category = CATEGORIES.get(event.kind.task, 'なし')
                file.write(','.join([level, local, windows.LOGS[event.kind.log][0], str(event.kind.id), category,
                                     quoted(message(event))]) + '\r\n')
        files.append(path)
    return files
