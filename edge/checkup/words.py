"""The doctor's sentences in Vietnamese and English: what was seen, and what to do about it."""

from typing import Final

from edge.checkup.words_front import FRONT

WORDS: Final[dict[str, tuple[str, str]]] = {
    **FRONT,
    # files
    "board": (
        "Sơ đồ dây {file}: {zones} khu tưới.",
        "{file}: {zones} zones.",
    ),
    "board_broken": (
        "Sơ đồ dây chưa dùng được. Sửa theo dòng này: {why}",
        "The hardware file cannot be used: {why}",
    ),
    "identity": (
        "Máy mang mã {device}.",
        "This is device {device}.",
    ),
    "identity_missing": (
        "Máy chưa thuộc hợp tác xã nào. Chạy: sudo vuonso edge join và địa chỉ máy chủ.",
        "{why}. This box belongs nowhere yet: sudo vuonso edge join https://…",
    ),
    "identity_open": (
        "Người khác đọc được mã bí mật. Chạy: sudo chmod 600 {file}",
        "{why}",
    ),
    "identity_broken": (
        "Tệp {file} hỏng. Chạy lại: sudo vuonso edge join --anew và địa chỉ máy chủ.",
        "{why}. Join once more: sudo vuonso edge join --anew https://…",
    ),
    # kernel and service
    "not_a_pi": (
        "Đây không phải Raspberry Pi. Không có gì để xem ở phần khởi động.",
        "Not a Raspberry Pi: no boot options to look at.",
    ),
    "pins_released": (
        "Chương trình tắt thì van đóng theo.",
        "An output goes off when its program ends.",
    ),
    "restart_for_pins": (
        "Đã ghi {option} nhưng chưa có hiệu lực. Khởi động lại: sudo reboot",
        "{option} is set but not in force yet. Restart: sudo reboot",
    ),
    "pins_outlive": (
        "Máy treo thì van có thể mở mãi. Thêm {option} vào {file} rồi khởi động lại.",
        "A crash may leave valves open. Add {option} to {file}, then restart.",
    ),
    "no_watchdog": (
        "Chưa có chip canh máy treo. Thêm dtparam=watchdog=on rồi khởi động lại.",
        "No hardware watchdog. Add dtparam=watchdog=on to config.txt, then restart.",
    ),
    "watchdog_unfed": (
        "Chip canh máy treo chưa bật. Chạy lại deploy/install.sh install rồi khởi động lại.",
        "The hardware watchdog is not used. Run deploy/install.sh install again, then restart.",
    ),
    "watchdog_fed": (
        "Máy treo quá {seconds} thì tự khởi động lại.",
        "A hung kernel is restarted after {seconds} (seconds, unless it says otherwise).",
    ),
    "no_unit": (
        "Chưa cài dịch vụ {unit}. Chạy: sudo deploy/install.sh install",
        "{unit} is not installed. Run: sudo deploy/install.sh install",
    ),
    "unit_disabled": (
        "Mất điện xong máy sẽ không tự tưới. Chạy: sudo systemctl enable {unit}",
        "The agent would not start after a power cut. Run: sudo systemctl enable {unit}",
    ),
    "unit_stopped": (
        "Chương trình tưới đang tắt. Chạy: sudo systemctl start {unit}",
        "The agent is not running. Run: sudo systemctl start {unit}",
    ),
    "unit_runs": (
        "Chương trình tưới đang chạy.",
        "The agent is running.",
    ),
    "journal_on_card": (
        "Nhật ký hệ thống làm mòn thẻ nhớ. Chạy lại deploy/install.sh install.",
        "The system's journal wears the card. Run deploy/install.sh install again.",
    ),
    "journal_in_memory": (
        "Nhật ký hệ thống không ghi lên thẻ nhớ.",
        "The system's journal does not wear the card.",
    ),
    "no_memory_limit": (
        "Máy không giới hạn bộ nhớ. Thêm cgroup_enable=memory vào cmdline.txt.",
        "The kernel limits nobody's memory. Add cgroup_enable=memory to cmdline.txt.",
    ),
    # clock
    "clock_trusted": (
        "Đồng hồ đúng giờ.",
        "The clock can be trusted.",
    ),
    "clock_untrusted": (
        "Đồng hồ chưa chắc đúng, giờ tưới phải chờ. Nối mạng hoặc gắn đồng hồ có pin.",
        "Nobody vouches for the clock, so times of day wait. Connect it, or fit a battery clock.",
    ),
    "clock_behind": (
        "Đồng hồ chạy lùi so với lần ghi trước. Nối mạng để chỉnh giờ.",
        "The clock is behind the agent's last entry. Connect the Pi so that it is set.",
    ),
    "battery_clock": (
        "Có đồng hồ pin, mất điện không quên giờ.",
        "A battery clock keeps the time through a power cut.",
    ),
    "no_battery_clock": (
        "Không có đồng hồ pin: mất điện và mất mạng thì quên giờ. Nên gắn DS3231.",
        "No battery clock: a power cut without internet loses the time. A DS3231 helps.",
    ),
    # card
    "no_data_folder": (
        "Thiếu thư mục {folder}. Chạy: sudo deploy/install.sh install",
        "{folder} is missing. Run: sudo deploy/install.sh install",
    ),
    "room": (
        "Thẻ nhớ còn {megabytes} MB.",
        "{megabytes} MB are free on the card.",
    ),
    "little_room": (
        "Thẻ nhớ chỉ còn {megabytes} MB. Xóa bớt tệp hoặc thay thẻ lớn hơn.",
        "Only {megabytes} MB are free on the card. Remove files or use a larger card.",
    ),
    "store_to_be_made": (
        "Sổ ghi sẽ được tạo khi chạy lần đầu.",
        "{file}: will be made at the first start.",
    ),
    "store_whole": (
        "Sổ ghi còn nguyên.",
        "{file}: whole.",
    ),
    "store_damaged": (
        "Sổ ghi hỏng. Lần chạy sau sẽ cất nó đi và mở sổ mới. Nên thay thẻ nhớ.",
        "{file}: damaged; the next start sets it aside and begins anew. Replace the card soon.",
    ),
    "store_set_aside": (
        "Sổ ghi từng hỏng, đã cất thành {files}. Chép tệp đi rồi xóa. Nên thay thẻ nhớ.",
        "Damaged stores lie in {folder}: {files}. Copy them away, delete them, replace the card.",
    ),
    "store_newer": (
        "Sổ ghi của bản mới hơn. Cài lại bản mới trước khi chạy.",
        "{file}: of a newer program; install that one again before the next start.",
    ),
    "store_newer_aside": (
        "Sổ ghi của bản mới hơn nằm ở {files}. Cài lại bản mới rồi đổi tên về.",
        "A newer program's stores lie in {folder}: {files}. Install it, rename one to edge.db.",
    ),
    "store_refused": (
        "Chưa mở được sổ ghi. Xem thẻ nhớ còn chỗ không: {why}",
        "{why}. Look whether the card has room and can be written.",
    ),
    # wires
    "no_pins": (
        "Máy này không có chân cắm: {why}",
        "{why}",
    ),
    "pins": (
        "Điều khiển chân cắm qua {factory}.",
        "Pins by {factory}.",
    ),
    "output": (
        "{output}: chân GPIO{pin} đúng chỗ.",
        "{output}: GPIO{pin} is as it should be.",
    ),
    "no_such_line": (
        "{output}: máy không có chân GPIO{pin}. Sửa hardware.toml.",
        "{output}: the board has no GPIO{pin}. Correct hardware.toml.",
    ),
    "output_not_held": (
        "{output}: chương trình tưới không giữ chân GPIO{pin}. Khởi động lại dịch vụ.",
        "{output}: the running agent does not hold GPIO{pin}. Restart the service.",
    ),
    "output_held_by": (
        "{output}: chương trình khác ({holder}) đang giữ chân GPIO{pin}. Tắt nó đi.",
        "{output}: GPIO{pin} is held by {holder}. End that program.",
    ),
    "on_while_booting": (
        "{output}: có thể bật lúc máy khởi động. Thêm gpio={pin}=op,{level} vào config.txt.",
        "{output}: may be on while the Pi starts. Add gpio={pin}=op,{level} to config.txt.",
    ),
    "no_flow_meter": (
        "Không có đồng hồ nước: không phát hiện được tắc, vỡ ống, rò nước.",
        "No flow meter: litres are estimated; no-flow, burst, leak and clogging faults are off.",
    ),
    "no_float_switch": (
        "Không có phao bồn nước: bơm có thể chạy khô.",
        "No float switch: the pump may run dry.",
    ),
    "few_probes": (
        "{zone}: ít hơn {least} que đo ẩm. Một que sai sẽ không ai biết.",
        "{zone}: fewer than {least} probes; one that lies goes unnoticed.",
    ),
    "probe": (
        "{probe}: ẩm {percent} %, {volts} V, số đọc {raw}.",
        "{probe}: {percent} % water, {volts} V, counts {raw}.",
    ),
    "calibrated": (
        "Que đo và đồng hồ nước đã được căn chỉnh.",
        "Probes and meter are calibrated.",
    ),
    "uncalibrated": (
        "Chưa căn chỉnh: {which}. Dùng: sudo vuonso edge calibrate.",
        "Not calibrated yet: {which}. Use: sudo vuonso edge calibrate",
    ),
    "probe_says": (
        "{sensor}: {says} (kiểu {profile}).",
        "{sensor}: {says} (profile {profile}).",
    ),
    "profile_doubtful": (
        "{sensor}: {says} là số lạ. Xem lại profile {profile}, hay que đang ở ngoài đất.",
        "{sensor}: {says} is strange. Is it another profile than {profile}, or in air?",
    ),
    "sensor_says": (
        "{sensor}: {says}, số đọc {raw}.",
        "{sensor}: {says}, raw {raw}.",
    ),
    "sensor_strange": (
        "{sensor}: {says} là số không thể có. Xem dây và hai điểm chuẩn trong hardware.toml.",
        "{sensor}: {says} (raw {raw}) cannot be. Look at its wires and its two points.",
    ),
    "line_in_use": (
        "{sensor}: máy tưới đang dùng đường {line}. Tắt dịch vụ rồi xem lại.",
        "{sensor}: the agent uses line {line}. Stop the service to look at it.",
    ),
    "sensor_silent": (
        "{sensor}: không trả lời. Xem dây, nguồn và địa chỉ. ({why})",
        "{sensor}: does not answer: {why}",
    ),
    "sensor_stuck": (
        "{sensor}: đứng yên trong khi đất thay đổi. Xem đầu đo còn cắm trong đất không. ({why})",
        "{sensor}: stands still: {why}",
    ),
    "sensor_garbled": (
        "{sensor}: trả lời bị nhiễu. Xem dây, xa dây van ra. ({why})",
        "{sensor}: its answer is damaged: {why}",
    ),
    "sensor_refused": (
        "{sensor}: không hiểu câu hỏi. Xem lại profile trong hardware.toml. ({why})",
        "{sensor}: refuses the question: {why}",
    ),
    "sensor_implausible": (
        "{sensor}: báo số của que hỏng. Xem dây và nguồn. ({why})",
        "{sensor}: says what only a broken one says: {why}",
    ),
    "sensor_bus_missing": (
        "{sensor}: máy không có đường dây này. Cắm lại hoặc bật trong config.txt. ({why})",
        "{sensor}: its bus is not there: {why}",
    ),
    "probe_impossible": (
        "{probe}: {volts} V là số không thể có. Xem dây đứt, chập, hay que ngoài đất.",
        "{probe}: {volts} V (counts {raw}) cannot be soil. Is a wire cut, or the probe in air?",
    ),
    # nodes
    "nodes_broker": (
        "Nối được máy chủ MQTT của vườn {url}.",
        "The farm's broker {url} answers.",
    ),
    "nodes_broker_away": (
        "Chưa nối được máy chủ MQTT của vườn {url}. Xem [nodes] và mosquitto. ({why})",
        "The farm's broker {url}: {why}. Look at [nodes], and at mosquitto.",
    ),
    "node_says": (
        "{sensor}: {says}, số đọc {raw}, trạm {node}.",
        "{sensor}: {says}, raw {raw}, node {node}.",
    ),
    "node_said": (
        "{sensor}: lần trước báo {says}, số đọc {raw}. Trạm {node} chưa báo lại.",
        "{sensor}: {says}, raw {raw}, at some earlier time; node {node} is asleep.",
    ),
    "node_quiet": (
        "{sensor}: trạm {node} đang ngủ, {every} phút báo một lần. Lát nữa xem lại.",
        "{sensor}: nothing on {topic} now; {node} reports every {every} minutes. Look again.",
    ),
    "node_offline": (
        "{sensor}: trạm {node} mất sóng. Xem pin, nguồn và sóng Wi-Fi, Zigbee.",
        "{sensor}: the broker has lost node {node}. Look at its battery and its radio.",
    ),
    "node_unread": (
        "{sensor}: trạm {node} gửi tin không đọc được. Xem profile và field. ({why})",
        "{sensor}: what {node} says on {topic} is {why}. Look at profile and field.",
    ),
    "node_strange": (
        "{sensor}: trạm {node} báo {says}, số lạ. Xem đầu đo, profile và field.",
        "{sensor}: node {node} says {says}, which cannot be. Look at sensor, profile and field.",
    ),
    "valve_node": (
        "{zone}: van không dây {node} còn sóng.",
        "{zone}: valve node {node} is there.",
    ),
    "valve_node_offline": (
        "{zone}: van không dây {node} mất sóng. Xem pin, nguồn và sóng của nó.",
        "{zone}: the broker has lost valve node {node}. Look at its supply and its radio.",
    ),
    "valve_node_unknown": (
        "{zone}: chưa biết van {node} còn sóng không. Bật availability trong zigbee2mqtt.",
        "{zone}: nothing on {topic}. Is {node} its name? zigbee2mqtt needs availability on.",
    ),
    # cloud
    "broker": (
        "Nối được máy chủ {host}:{port}.",
        "{host}:{port} answers.",
    ),
    "broker_in_clear": (
        "Đường tới {host} không mã hóa, ai cũng đọc được. Dùng mqtts://.",
        "The way to {host} is not encrypted. Use mqtts:// in identity.json.",
    ),
    "broker_unknown": (
        "Không tìm thấy tên {host}. Xem mạng và identity.json.",
        "Nobody knows the name {host}. Look at the network, then at identity.json.",
    ),
    "broker_untrusted": (
        "Chứng chỉ của {host} không tin được: {why}. Xem giờ máy trước.",
        "{host} shows a certificate that is not trusted: {why}. Look at the clock first.",
    ),
    "broker_unreachable": (
        "Không nối được {host}:{port}: {why}. Vườn vẫn tự tưới.",
        "{host}:{port} does not answer: {why}. The greenhouse is watered all the same.",
    ),
}
